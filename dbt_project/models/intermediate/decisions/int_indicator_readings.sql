{{ config(tags=['by_reading']) }}
-- The readings of each indicator: every choice among the options of the decisions that touch it, with what they are
-- counted by. What is decided about other things is as decided.
with touching as (
    {{ tried_decisions_of_indicators() }}
),

final as (
    select
        touching.indicator_code,
        touching.definition_version,
        readings.from_period,
        readings.before_period,
        readings.reading_code as counted_by,
        {{ code_of_decisions(
            'readings.chosen', 'taken.key = any(touching.decision_codes)', "taken.key || '=' || taken.value", ' '
        ) }} as reading_code,
        readings.is_agreed,
        {{ code_of_decisions(
            'readings.chosen',
            'taken.key = any(touching.decision_codes) and decided.values ->> taken.key <> taken.value',
            "taken.key || '=' || taken.value", ' '
        ) }} as decided_otherwise
    from touching
    cross join {{ ref('int_decisions') }} as decided
    inner join {{ ref('int_readings') }} as readings
        on
            decided.from_period = readings.from_period
            and decided.values @> (readings.chosen - touching.decision_codes)
)

select * from final
