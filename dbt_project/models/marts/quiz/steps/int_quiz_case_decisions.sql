{{ config(materialized='ephemeral') }}
-- Which decision a case tells apart, and what is decided now; none where it hangs on no decision, or on several.
with told_apart as (
    select
        round_code,
        case_code,
        count(distinct decision_code) filter (where decision_code <> '') as decisions,
        max(decision_code) as decision_code
    from {{ ref('quiz_case_reading') }}
    group by round_code, case_code
),

final as (
    select
        told_apart.round_code,
        told_apart.case_code,
        case when told_apart.decisions = 1 then told_apart.decision_code end as decision_code,
        in_force.value as value_in_force
    from told_apart
    left join {{ ref('club_decisions') }} as in_force
        on
            told_apart.decisions = 1
            and told_apart.decision_code = in_force.decision_code
            and in_force.valid_to_period is null
)

select * from final
