-- For every indicator version, authority and period: its components with the measures that fill them. A
-- period counts for an indicator once any authority has a figure for it, so that silent ones show as missing.
with components as (
    select
        components.indicator_code,
        components.definition_version,
        components.role,
        components.measure_code,
        components.weight,
        indicators.valid_from_period,
        indicators.valid_to_period
    from {{ ref('register_components') }} as components
    inner join {{ ref('register_indicators') }} as indicators
        on
            components.indicator_code = indicators.indicator_code
            and components.definition_version = indicators.definition_version
),

measures as (
    select * from {{ ref('int_measures') }}
),

open_periods as (
    select distinct
        components.indicator_code,
        components.definition_version,
        measures.period_code,
        measures.basis
    from components
    inner join measures
        on
            components.measure_code = measures.measure_code
            and components.valid_from_period <= measures.period_code
            and coalesce(components.valid_to_period, measures.period_code) >= measures.period_code
),

final as (
    select
        authorities.authority_code,
        open_periods.period_code,
        open_periods.basis,
        components.indicator_code,
        components.definition_version,
        components.role,
        components.measure_code,
        components.weight,
        measures.submission_id,
        measures.value,
        coalesce(
            measures.missing_reason,
            case when measures.submission_id is null then 'no return in force' end
        ) as missing_reason,
        measures.note
    from open_periods
    inner join components
        on
            open_periods.indicator_code = components.indicator_code
            and open_periods.definition_version = components.definition_version
    cross join {{ ref('authorities') }} as authorities
    left join measures
        on
            authorities.authority_code = measures.authority_code
            and open_periods.period_code = measures.period_code
            and open_periods.basis = measures.basis
            and components.measure_code = measures.measure_code
    where authorities.is_member
)

select * from final
