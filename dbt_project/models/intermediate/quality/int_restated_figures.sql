-- Figures that were stated before: how many accepted versions of their returns there were before those that
-- are in force now.
with measures as (
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
    inner join {{ ref('register_components') }} as components
        on measures.measure_code = components.measure_code
    inner join {{ ref('register_indicators') }} as indicators
        on
            components.indicator_code = indicators.indicator_code
            and components.definition_version = indicators.definition_version
    where
        measures.period_code >= indicators.valid_from_period
        and measures.period_code <= coalesce(indicators.valid_to_period, measures.period_code)
    group by measures.authority_code, measures.period_code, components.indicator_code, measures.basis
)

select * from final
