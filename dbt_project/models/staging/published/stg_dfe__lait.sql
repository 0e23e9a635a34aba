-- The measures the club takes from the Local Authority Interactive Tool, every release kept.
-- A year label may carry a qualifier: '2016-17 (OT)' is the outturn of that year.
with records as (
    select
        records.submission_id,
        submissions.period_code as release,
        submissions.received_at,
        records.file_id,
        records.line_number,
        records.record,
        substring(records.record ->> 'Years' from '^(\d{4}-\d{2})') as period_code,
        substring(records.record ->> 'Years' from '\((.*)\)$') as year_kind
    from {{ source('raw', 'published_records') }} as records
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on records.submission_id = submissions.submission_id
    where submissions.return_code = 'lait' and submissions.is_in_force
),

final as (
    select
        records.submission_id,
        records.release,
        records.received_at,
        records.file_id,
        records.line_number,
        names.authority_code,
        records.period_code,
        measures.measure_code,
        records.record ->> 'Values' as raw_value,
        raw.to_number(records.record ->> 'Values') as value
    from records
    inner join {{ ref('lait_measures') }} as measures
        on records.record ->> 'Short Desc' = measures.short_desc and records.year_kind = measures.year_kind
    inner join {{ ref('stg_reference__authority_names') }} as names
        on lower(records.record ->> 'LA and Regions') = names.name
)

select * from final
