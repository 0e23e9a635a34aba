{{ config(tags=['answers']) }}
-- What each round of the questionnaire asks.
with final as (
    select
        questions.round_code,
        questions.question_code,
        questions.question_version,
        rounds.title as round_title,
        rounds.opens_on,
        rounds.closes_on,
        questions.turn,
        questions.section,
        questions.factor,
        questions.wording,
        nullif(questions.hint, '') as hint,
        questions.kind,
        questions.condition_question_code,
        questions.condition_answer_codes
    from {{ ref('stg_questionnaire__questions') }} as questions
    inner join {{ ref('stg_questionnaire__rounds') }} as rounds on questions.round_code = rounds.round_code
)

select * from final
