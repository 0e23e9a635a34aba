with final as (
    select
        round_code,
        case_code,
        turn,
        section,
        title,
        indicator_code,
        year_end,
        counted_for,
        asked,
        choices,
        key_answer,
        why,
        rule_basis,
        episodes
    from {{ ref('stg_definition_quiz__cases') }}
)

select * from final
