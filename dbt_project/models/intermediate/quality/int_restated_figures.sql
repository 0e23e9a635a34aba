-- Figures that were stated before: how many accepted versions of their returns there were before those that
-- are in force now.
with components as (
    {{ components_of_versions() }}
),

measures as (
    select
        measures.authority_code,
        measures.period_code,
        measures.measure_code,
        measures.basis,
        submissions.accepted_before
    from {{ ref('int_measures') }} as measures
    inner join {{ ref('int_submission_quality') }} as submissions
        on measures.submission_id = submissions.submission_id
    where submissions.accepted_before > 0
),

final as (
    select
        measures.authority_code,
        measures.period_code,
        components.indicator_code,
        measures.basis,
        max(measures.accepted_before) as times_restated
    from measures
    inner join components
        on
            measures.measure_code = components.measure_code
            and measures.period_code >= components.valid_from_period
            and measures.period_code <= coalesce(components.valid_to_period, measures.period_code)
    group by measures.authority_code, measures.period_code, components.indicator_code, measures.basis
)

select * from final
