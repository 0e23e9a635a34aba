-- For every indicator version, authority and period: its components with the measures that fill them. A
-- period counts for an indicator once any authority has a figure for it, so that silent ones show as missing.
with components as (
    {{ components_of_versions() }}
),

filled as (
    select distinct
        measure_code,
        period_code,
        basis
    from {{ ref('int_measures') }}
),

open_periods as (
    select distinct
        components.indicator_code,
        components.definition_version,
        filled.period_code,
        filled.basis
    from components
    inner join filled
        on
            components.measure_code = filled.measure_code
            and components.valid_from_period <= filled.period_code
            and coalesce(components.valid_to_period, filled.period_code) >= filled.period_code
),

final as (
    select
        respondents.authority_code,
        open_periods.period_code,
        open_periods.basis,
        components.indicator_code,
        components.definition_version,
        components.role,
        components.measure_code,
        components.weight,
        measures.submission_id,
        measures.value,
        {{ reason_of_missing_component('measures') }} as missing_reason,
        measures.note
    from open_periods
    inner join components
        on
            open_periods.indicator_code = components.indicator_code
            and open_periods.definition_version = components.definition_version
    inner join {{ ref('int_respondents') }} as respondents
        on open_periods.period_code = respondents.period_code and open_periods.basis = respondents.basis
    left join {{ ref('int_measures') }} as measures
        on
            respondents.authority_code = measures.authority_code
            and open_periods.period_code = measures.period_code
            and open_periods.basis = measures.basis
            and components.measure_code = measures.measure_code
)

select * from final
