-- Published figures, all releases side by side: one row a place, period, measure, release and qualifier.
-- What is current: nothing planned or provisional where there is better, then the latest release, then the
-- revised figure of that release.
with figures as (
    select
        submission_id,
        return_code,
        release,
        received_at as recorded_at,
        geography,
        place_code,
        max(place_name) as place_name,
        max(region) as region,
        max(authority_code) as authority_code,
        period_type,
        period_code,
        measure_code,
        qualifier,
        case
            when qualifier = 'planned' then 0
            when qualifier = 'provisional' then 1
            when qualifier in ('revised', 'final') then 3
            else 2
        end as finality,
        file_id,
        min(line_number) as line_number,
        (array_agg(column_name order by line_number))[1] as column_name,
        (array_agg(raw_value order by line_number))[1] as raw_value,
        (array_agg(symbol order by line_number))[1] as symbol,
        -- A row that stands twice with two figures gives none; that it stands twice is a finding.
        case when count(distinct value) = 1 and count(value) = count(*) then min(value) end as value,
        case
            when count(distinct value) = 1 and count(value) = count(*) then null
            when count(distinct raw_value) > 1
                then 'The publisher gives ' || count(distinct raw_value) || ' different figures for it'
            else max(missing_reason)
        end as missing_reason
    from {{ ref('stg_published__cells') }}
    group by
        submission_id, return_code, release, received_at, geography, place_code, period_type, period_code,
        measure_code, qualifier, file_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by measure_code, geography, place_code, period_type, period_code
            order by least(finality, 2) desc, release desc, finality desc, submission_id desc, qualifier
        ) = 1 as is_current,
        row_number() over (
            partition by measure_code, geography, place_code, period_type, period_code, release
            order by finality desc, submission_id desc, qualifier
        ) = 1 as is_word_of_release
    from figures
),

-- The last word of each release on a figure, and that of the release before it.
words as (
    select
        measure_code,
        geography,
        place_code,
        period_type,
        period_code,
        release,
        lag(release) over earlier as previous_release,
        lag(value) over earlier as previous_release_value
    from ranked
    where is_word_of_release
    window earlier as (
        partition by measure_code, geography, place_code, period_type, period_code order by release
    )
),

final as (
    select
        ranked.submission_id,
        ranked.return_code,
        ranked.release,
        ranked.recorded_at,
        ranked.geography,
        ranked.place_code,
        ranked.place_name,
        ranked.region,
        ranked.authority_code,
        ranked.period_type,
        ranked.period_code,
        ranked.measure_code,
        ranked.qualifier,
        ranked.file_id,
        ranked.line_number,
        ranked.column_name,
        ranked.raw_value,
        ranked.symbol,
        ranked.value,
        ranked.missing_reason,
        ranked.is_current,
        words.previous_release,
        words.previous_release_value
    from ranked
    inner join words
        on
            ranked.measure_code = words.measure_code
            and ranked.geography = words.geography
            and ranked.place_code = words.place_code
            and ranked.period_type = words.period_type
            and ranked.period_code = words.period_code
            and ranked.release = words.release
)

select * from final
