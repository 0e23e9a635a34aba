-- What is known about the quality of each figure, from the measures that it is made of and their submissions.
with components as (
    select distinct
        indicator_code,
        definition_version,
        measure_code,
        valid_from_period,
        valid_to_period
    from ({{ components_of_versions() }}) as components
),

measures as (
    select
        measures.*,
        components.indicator_code,
        components.definition_version
    from {{ ref('int_measure_quality') }} as measures
    inner join components
        on
            measures.measure_code = components.measure_code
            and measures.period_code >= components.valid_from_period
            and measures.period_code <= coalesce(components.valid_to_period, measures.period_code)
),

summed as (
    select
        measures.authority_code,
        measures.period_code,
        measures.indicator_code,
        measures.definition_version,
        measures.basis,
        sum(measures.parts)::integer as parts,
        sum(measures.parts_assumed)::integer as parts_assumed,
        (count(*) filter (where measures.is_noted))::integer as measures_noted,
        sum(measures.cells_warned)::integer as cells_warned,
        sum(measures.cells_contradicted)::integer as cells_contradicted,
        string_to_array(string_agg(measures.warned_rules, ' '), ' ') as warned_rules,
        max(submissions.share_of_rows_warned) as share_of_rows_warned,
        max(submissions.days_late) as days_late
    from measures
    inner join {{ ref('int_submission_quality') }} as submissions
        on measures.submission_id = submissions.submission_id
    group by
        measures.authority_code, measures.period_code, measures.indicator_code, measures.definition_version,
        measures.basis
),

final as (
    select
        summed.*,
        summed.parts_assumed::double precision / summed.parts as share_assumed,
        summed.cells_contradicted::double precision / summed.parts as share_contradicted
    from summed
)

select * from final
