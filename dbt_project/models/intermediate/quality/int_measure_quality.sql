{{ config(
    materialized='incremental',
    indexes=[{'columns': ['authority_code', 'period_code']}, {'columns': ['period_code']}],
    pre_hook=[without_loops(), "{{ clear(changed_figures()) }}"]
) }}
-- Of how many parts each measure is summed, how many were assumed, of how many a check warns, and how many
-- are at odds with the form. A measure that is worked out from others rests on the parts of those.
with measures as (
    select * from {{ ref('int_measures') }}
    where {{ changed_figures() }}
),

parts as (
    select * from {{ ref('int_measure_sources') }}
    where recorded_to is null and {{ changed_figures() }}
),

-- What completeness counts already is not counted twice.
warned_cells as (
    select
        file_id,
        line_number,
        coalesce(column_number, 0) as column_or_none,
        bool_or(dimension in ('validity', 'consistency')) as is_contradicted,
        string_agg(distinct rule_code, ' ') as warned_rules
    from {{ ref('stg_ledger__findings') }}
    where
        severity = 'warning'
        and dimension <> 'completeness'
        and line_number is not null
        and submission_id in (select parts.submission_id from parts)
    group by file_id, line_number, column_or_none
),

stated as (
    select
        parts.authority_code,
        parts.period_code,
        parts.basis,
        parts.submission_id,
        parts.measure_code,
        count(*) as parts,
        count(*) filter (where parts.value is null) as parts_assumed,
        count(warned_cells.file_id) as cells_warned,
        count(*) filter (where warned_cells.is_contradicted) as cells_contradicted,
        string_agg(warned_cells.warned_rules, ' ' order by warned_cells.warned_rules) as warned_rules
    from parts
    left join warned_cells
        on
            parts.file_id = warned_cells.file_id
            and parts.line_number = warned_cells.line_number
            and coalesce(parts.column_number, 0) = warned_cells.column_or_none
    group by
        parts.authority_code, parts.period_code, parts.basis, parts.submission_id, parts.measure_code
),

rests_on as (
    select
        measure_code,
        unnest(coalesce(string_to_array(worked_out_from, ' '), array[measure_code])) as part_of
    from {{ ref('register_measures') }}
),

final as (
    select
        measures.authority_code,
        measures.period_code,
        measures.measure_code,
        measures.basis,
        measures.submission_id,
        max(measures.note) is not null as is_noted,
        sum(stated.parts)::integer as parts,
        sum(stated.parts_assumed)::integer as parts_assumed,
        sum(stated.cells_warned)::integer as cells_warned,
        sum(stated.cells_contradicted)::integer as cells_contradicted,
        string_agg(stated.warned_rules, ' ' order by stated.warned_rules) as warned_rules
    from measures
    inner join rests_on on measures.measure_code = rests_on.measure_code
    inner join stated
        on
            measures.authority_code = stated.authority_code
            and measures.period_code = stated.period_code
            and measures.basis = stated.basis
            and measures.submission_id = stated.submission_id
            and rests_on.part_of = stated.measure_code
    group by
        measures.authority_code, measures.period_code, measures.measure_code, measures.basis,
        measures.submission_id
)

select * from final
