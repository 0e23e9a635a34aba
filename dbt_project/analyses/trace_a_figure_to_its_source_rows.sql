-- From an indicator's value to the cells it rests on: which file, line and column, and what stood there.
-- dbt compile --select trace_a_figure_to_its_source_rows
--     --vars '{authority: dudley, period: 2007-08, indicator: B9}'
select
    facts.indicator_code,
    facts.definition_version,
    facts.value as indicator_value,
    components.role,
    components.weight,
    measures.measure_code,
    measures.value as measure_value,
    cells.item_code,
    cells.submission_id,
    submissions.received_at,
    cells.file_name,
    cells.line_number,
    cells.column_number,
    cells.raw_value,
    cells.value as read_as
from {{ ref('fct_indicator') }} as facts
inner join {{ ref('bridge_indicator_measure') }} as components
    on
        facts.indicator_code = components.indicator_code
        and facts.definition_version = components.definition_version
inner join {{ ref('fct_measure') }} as measures
    on
        facts.authority_code = measures.authority_code
        and facts.period_code = measures.period_code
        and facts.basis = measures.basis
        and components.measure_code = measures.measure_code
inner join {{ ref('bridge_measure_source') }} as cells
    on
        measures.authority_code = cells.authority_code
        and measures.period_code = cells.period_code
        and measures.basis = cells.basis
        and measures.measure_code = cells.measure_code
inner join {{ ref('dim_submission') }} as submissions on cells.submission_id = submissions.submission_id
where
    facts.authority_code = '{{ var("authority", "dudley") }}'
    and facts.period_code = '{{ var("period", "2007-08") }}'
    and facts.indicator_code = '{{ var("indicator", "B9") }}'
order by components.role desc, measures.measure_code, cells.item_code
