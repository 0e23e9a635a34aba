{{ config(tags=['by_reading']) }}
-- The readings of each indicator: every choice among the options of the decisions that touch it, with what they are
-- counted by. What is decided about other things is as decided.
with touching as (
    select
        indicators.indicator_code,
        indicators.definition_version,
        array_agg(indicators.decision_code order by indicators.decision_code) as decision_codes
    from {{ ref('int_indicator_decisions') }} as indicators
    where
        indicators.decision_code in (
            select options.decision_code from {{ ref('decision_options') }} as options
            where options.is_tried
        )
    group by indicators.indicator_code, indicators.definition_version
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
