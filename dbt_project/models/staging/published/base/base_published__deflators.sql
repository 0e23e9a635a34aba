-- The lines of published GDP deflators that are a financial year, whatever the state of the file: the checks read this
-- view too. The index is that of the publisher's own base year; of a year to come there is only the change in per cent.
with years as (
    select
        files.submission_id,
        files.release,
        files.received_at,
        files.file_id,
        files.file_name,
        records.line_number,
        -- '2023-24 (1), (2)': the marks of footnotes.
        substring(btrim(records.record ->> '2') from '^((?:19|20)\d\d-\d\d)(?:\s*[(]|$)') as period_code,
        records.record ->> '3' as raw_index,
        records.record ->> '4' as raw_change,
        raw.to_number(records.record ->> '3') as read_index,
        raw.to_number(records.record ->> '4') as read_change
    from {{ ref('base_published__files') }} as files
    inner join {{ source('raw', 'published_records') }} as records
        on files.submission_id = records.submission_id and files.file_id = records.file_id
    where files.return_code = 'gdp_deflators'
),

final as (
    select
        submission_id,
        release,
        received_at,
        file_id,
        file_name,
        line_number,
        period_code,
        raw_index,
        raw_change,
        -- No price level is nothing or less, and none is a thousandth or the thousandfold of another year's.
        case when read_index between 0.001 and 100000 then read_index end as published_index,
        case when read_change between -50 and 100 then read_change end as change_percent,
        row_number() over (partition by file_id, period_code order by line_number) as turn
    from years
    where period_code = {{ year_starting('left(period_code, 4)::integer') }}
)

select * from final
