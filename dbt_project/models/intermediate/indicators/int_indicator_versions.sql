-- What each indicator came to, at every moment from which one of its measures was known otherwise: the same
-- sums as in int_indicators, over what was known then. Only where a return or a publication was in force.
with components as (
    {{ components_of_versions() }}
),

moments as (
    select distinct
        measures.authority_code,
        measures.period_code,
        measures.basis,
        components.indicator_code,
        components.definition_version,
        times.moment
    from {{ ref('int_measure_versions') }} as measures
    inner join components
        on
            measures.measure_code = components.measure_code
            and measures.period_code >= components.valid_from_period
            and measures.period_code <= coalesce(components.valid_to_period, measures.period_code)
    cross join lateral (values (measures.recorded_from), (measures.recorded_to)) as times (moment)
    where times.moment is not null
),

then_known as (
    select
        moments.*,
        components.value_kind,
        components.multiplier,
        components.role,
        components.weight,
        measures.submission_id,
        measures.value,
        {{ reason_of_missing_component('measures') }} as missing_reason,
        measures.note
    from moments
    inner join components
        on
            moments.indicator_code = components.indicator_code
            and moments.definition_version = components.definition_version
    left join {{ ref('int_measure_versions') }} as measures
        on
            moments.authority_code = measures.authority_code
            and moments.period_code = measures.period_code
            and moments.basis = measures.basis
            and components.measure_code = measures.measure_code
            and {{ stood_at('moments.moment', 'measures.recorded_from', 'measures.recorded_to') }}
),

summed as (
    select
        authority_code,
        period_code,
        basis,
        indicator_code,
        definition_version,
        value_kind,
        multiplier,
        moment as recorded_from,
        lead(moment) over (
            partition by authority_code, period_code, basis, indicator_code order by moment
        ) as recorded_to,
        {{ sum_of_components('numerator') }} as numerator,
        {{ sum_of_components('denominator') }} as denominator,
        array_agg(distinct submission_id) filter (where submission_id is not null) as submission_ids,
        bool_and(submission_id is not null) as has_all_returns,
        string_agg(distinct missing_reason, '; ') as component_reasons,
        string_agg(distinct note, '; ') as note
    from then_known
    group by
        authority_code, period_code, basis, indicator_code, definition_version, value_kind, multiplier, moment
),

final as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        basis,
        recorded_from,
        recorded_to,
        numerator,
        denominator,
        {{ value_of_indicator() }} as value,
        {{ reason_of_missing_indicator('component_reasons') }} as missing_reason,
        submission_ids,
        has_all_returns,
        note
    from summed
    where submission_ids is not null
)

select * from final
