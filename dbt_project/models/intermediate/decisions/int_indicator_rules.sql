{{ config(materialized='table') }}
-- The decisions of the club that an indicator rests on, stretch of years by stretch. Where they are others than before,
-- its figures cannot be set beside those of the year before.
with rules as (
    select
        indicators.indicator_code,
        indicators.definition_version,
        decided.from_period,
        decided.before_period,
        string_agg(
            indicators.decision_code || '.' || (decided.versions ->> indicators.decision_code), ' '
            order by indicators.decision_code
        ) as decisions
    from {{ ref('int_indicator_decisions') }} as indicators
    cross join {{ ref('int_decisions') }} as decided
    group by
        indicators.indicator_code, indicators.definition_version, decided.from_period, decided.before_period
),

final as (
    select
        *,
        lag(decisions, 1, decisions) over (
            partition by indicator_code, definition_version order by from_period
        ) <> decisions as is_decided_anew
    from rules
)

select * from final
