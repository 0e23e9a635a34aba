-- DfE placement stability of the members, one row a group of children and year, every release kept.
with records as (
    select
        records.submission_id,
        submissions.period_code as release,
        submissions.received_at,
        records.file_id,
        records.line_number,
        records.record
    from {{ source('raw', 'published_records') }} as records
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on records.submission_id = submissions.submission_id
    where submissions.return_code = 'la_cla_placement_stability' and submissions.is_in_force
),

final as (
    select
        records.submission_id,
        records.release,
        records.received_at,
        records.file_id,
        records.line_number,
        names.authority_code,
        {{ period_ending("records.record ->> 'time_period'") }} as period_code,
        measures.measure_code,
        records.record ->> 'children_count' as raw_value,
        raw.to_number(records.record ->> 'children_count') as children
    from records
    inner join {{ ref('placement_stability_measures') }} as measures
        on
            records.record ->> 'cla_group' = measures.cla_group
            and records.record ->> 'placement_stability' = measures.placement_stability
    inner join {{ ref('stg_reference__authority_names') }} as names
        on lower(records.record ->> 'la_name') = names.name
    where records.record ->> 'geographic_level' = 'Local authority'
)

select * from final
