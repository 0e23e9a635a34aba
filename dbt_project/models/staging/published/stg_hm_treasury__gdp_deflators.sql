-- The price level of each financial year, of the latest release in force: of years gone by the published index, of years to
-- come the last index carried on by the changes that are forecast. A forecast year behind one that cannot be read has none.
with lines as (
    select lines.*
    from {{ ref('base_published__deflators') }} as lines
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on lines.submission_id = submissions.submission_id
    where submissions.is_in_force and lines.turn = 1
),

newest as (
    select *
    from lines
    where release = (select max(line.release) from lines as line)
),

outturn as (
    select
        period_code as last_period,
        published_index as last_index
    from newest
    where published_index is not null
    order by period_code desc
    limit 1
),

years as (
    select
        newest.*,
        outturn.last_index,
        newest.period_code > outturn.last_period as is_forecast
    from newest
    cross join outturn
),

carried as (
    select
        *,
        count(*) filter (where change_percent is null) over forecasts as unread_before,
        exp(sum(ln(1 + change_percent / 100)) over forecasts) as growth
    from years
    window forecasts as (partition by is_forecast order by period_code)
),

final as (
    select
        period_code,
        case
            when not is_forecast then published_index
            when unread_before = 0 then last_index * growth
        end as price_level,
        is_forecast,
        release,
        submission_id,
        line_number
    from carried
)

select * from final
where price_level is not null
