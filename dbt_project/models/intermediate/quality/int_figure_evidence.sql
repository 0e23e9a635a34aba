-- What is known about the quality of each figure: from the measures that it is made of, from their submissions,
-- and from what was usual among other councils.
with components as (
    select
        *,
        -- A measure may stand on both sides of a figure; its parts are counted once.
        role = min(role) over (partition by indicator_code, definition_version, measure_code) as is_counted
    from ({{ components_of_versions() }}) as components
),

measures as (
    select
        measures.*,
        components.indicator_code,
        components.definition_version,
        components.role,
        components.is_counted,
        submissions.share_of_rows_warned,
        submissions.days_late
    from {{ ref('int_measure_quality') }} as measures
    inner join components
        on
            measures.measure_code = components.measure_code
            and measures.period_code >= components.valid_from_period
            and measures.period_code <= coalesce(components.valid_to_period, measures.period_code)
    inner join {{ ref('int_submission_quality') }} as submissions
        on measures.submission_id = submissions.submission_id
),

sides as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        basis,
        sum(parts) filter (where is_counted) as parts,
        sum(parts_assumed) filter (where is_counted) as parts_assumed,
        count(*) filter (where is_noted and is_counted) as measures_noted,
        sum(cells_warned) filter (where is_counted) as cells_warned,
        sum(cells_contradicted) filter (where is_counted) as cells_contradicted,
        -- Hours that are wrong make the cost of an hour wrong, of however many cells the cost is summed.
        sum(cells_contradicted)::double precision / sum(parts) as share_contradicted,
        string_agg(warned_rules, ' ' order by warned_rules) as warned_rules,
        max(share_of_rows_warned) as share_of_rows_warned,
        max(days_late) as days_late
    from measures
    group by authority_code, period_code, indicator_code, definition_version, basis, role
),

summed as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        basis,
        sum(parts)::integer as parts,
        sum(parts_assumed)::integer as parts_assumed,
        sum(measures_noted)::integer as measures_noted,
        sum(cells_warned)::integer as cells_warned,
        sum(cells_contradicted)::integer as cells_contradicted,
        max(share_contradicted) as share_contradicted,
        string_to_array(string_agg(warned_rules, ' ' order by warned_rules), ' ') as warned_rules,
        max(share_of_rows_warned) as share_of_rows_warned,
        max(days_late) as days_late
    from sides
    group by authority_code, period_code, indicator_code, definition_version, basis
),

final as (
    select
        summed.*,
        summed.parts_assumed::double precision / summed.parts as share_assumed,
        case when figures.value <> 0 then (figures.value / usual.median)::double precision end as times_usual
    from summed
    left join {{ ref('pss_ex1_usual_unit_costs') }} as usual
        on
            summed.basis = 'submitted'
            and summed.indicator_code = usual.indicator_code
            and summed.period_code = usual.period_code
    left join {{ ref('int_indicators') }} as figures
        on
            summed.basis = figures.basis
            and summed.authority_code = figures.authority_code
            and summed.period_code = figures.period_code
            and usual.indicator_code = figures.indicator_code
)

select * from final
