{{ config(materialized='table', pre_hook=without_loops()) }}
-- Each indicator of each authority and year by each of its readings: the sums of int_indicators, over what the
-- children's returns give by it.
with components as (
    {{ components_of_versions() }}
),

measured as (
    select
        measured.authority_code,
        measured.period_code,
        measured.submission_id,
        measured.missing_reason,
        measured.value,
        readings.reading_code,
        readings.is_agreed,
        readings.decided_otherwise,
        components.indicator_code,
        components.definition_version,
        components.value_kind,
        components.multiplier,
        components.role,
        components.weight
    from {{ ref('int_ssda903__measured') }} as measured
    inner join components
        on
            measured.measure_code = components.measure_code
            and measured.period_code >= components.valid_from_period
            and measured.period_code <= coalesce(components.valid_to_period, measured.period_code)
    inner join {{ ref('int_indicator_readings') }} as readings
        on
            components.indicator_code = readings.indicator_code
            and components.definition_version = readings.definition_version
            and measured.reading_code = readings.counted_by
            and {{ holds_in('readings', 'measured.period_code') }}
),

summed as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        reading_code,
        is_agreed,
        decided_otherwise,
        value_kind,
        multiplier,
        {{ sum_of_components('numerator') }} as numerator,
        {{ sum_of_components('denominator') }} as denominator,
        max(submission_id) as submission_id,
        string_agg(distinct missing_reason, '; ') as component_reasons
    from measured
    group by
        authority_code, period_code, indicator_code, definition_version, reading_code, is_agreed,
        decided_otherwise, value_kind, multiplier
),

final as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        reading_code,
        is_agreed,
        decided_otherwise,
        value_kind,
        multiplier,
        numerator::double precision as numerator,
        denominator::double precision as denominator,
        ({{ value_of_indicator() }})::double precision as value,
        {{ reason_of_missing_indicator('component_reasons') }} as missing_reason,
        submission_id
    from summed
)

select * from final
