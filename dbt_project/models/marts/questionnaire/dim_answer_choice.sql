{{ config(tags=['answers']) }}
-- The choices that a question offers, in the wording of the round.
with final as (
    select
        round_code,
        question_code,
        choice_code,
        label,
        choice_order,
        turn,
        case when choice_code in ('not_known', 'does_not_apply') then choice_code end as missing_kind
    from {{ ref('stg_questionnaire__choices') }}
    where field = 'answer'
)

select * from final
