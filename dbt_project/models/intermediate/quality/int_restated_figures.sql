-- Figures that were stated before: how many accepted versions of the returns they rest on there were before those
-- in force now.
with final as (
    select
        measures.authority_code,
        measures.period_code,
        components.indicator_code,
        measures.basis,
        max(submissions.accepted_before)::integer as times_restated
    from {{ ref('int_measures') }} as measures
    inner join {{ ref('register_components') }} as components on measures.measure_code = components.measure_code
    inner join {{ ref('register_indicators') }} as indicators
        on
            components.indicator_code = indicators.indicator_code
            and components.definition_version = indicators.definition_version
            and indicators.valid_from_period <= measures.period_code
            and coalesce(indicators.valid_to_period, measures.period_code) >= measures.period_code
    inner join {{ ref('int_submission_quality') }} as submissions
        on measures.submission_id = submissions.submission_id
    where submissions.accepted_before > 0
    group by measures.authority_code, measures.period_code, components.indicator_code, measures.basis
)

select * from final
