{{ config(tags=['answers']) }}
-- Every question of the questionnaire, answered or not, for every member and round: what is missing is said to be missing,
-- and why.
with questions as (
    select * from {{ ref('stg_questionnaire__questions') }}
),

rounds as (
    select * from {{ ref('stg_questionnaire__rounds') }}
),

choices as (
    select * from {{ ref('stg_questionnaire__choices') }}
),

-- The parts of an answer beside each other.
given as (
    select
        authority_code,
        round_code,
        item_code as question_code,
        respondent,
        max(submission_id) as submission_id,
        max(value) filter (where field = 'answer') as answer,
        max(value) filter (where field = 'role') as role,
        max(value) filter (where field = 'evidence') as evidence,
        max(sheet_name) filter (where field = 'answer') as sheet_name,
        max(cell) filter (where field = 'answer') as cell
    from {{ ref('stg_questionnaire__answers') }}
    group by authority_code, round_code, item_code, respondent
),

everybody as (
    select authority_code from {{ ref('authorities') }}
    where is_member
    union
    select authority_code from given
),

known as (
    select distinct question_code from questions
),

-- A question of one round is a question of the others too, which did not ask it.
expected as (
    select
        everybody.authority_code,
        rounds.round_code,
        known.question_code,
        respondents.respondent
    from everybody
    cross join rounds
    cross join known
    cross join lateral unnest(rounds.respondents) as respondents (respondent)
),

conditions as (
    select
        expected.authority_code,
        expected.round_code,
        expected.question_code,
        expected.respondent,
        coalesce(deciding.answer <> all(questions.condition_answer_codes), false) as is_ruled_out
    from expected
    inner join questions
        on expected.round_code = questions.round_code and expected.question_code = questions.question_code
    inner join given as deciding
        on
            expected.authority_code = deciding.authority_code
            and expected.round_code = deciding.round_code
            and expected.respondent = deciding.respondent
            and questions.condition_question_code = deciding.question_code
),

final as (
    select
        expected.authority_code,
        expected.round_code,
        expected.question_code,
        expected.respondent,
        questions.question_version,
        case when questions.kind in ('choice', 'choices') then given.answer end as answer_code,
        case
            when questions.kind in ('choice', 'choices')
                then (
                    select string_agg(choices.label, '; ' order by choices.turn)
                    from choices
                    where
                        choices.round_code = expected.round_code
                        and choices.question_code = expected.question_code
                        and choices.field = 'answer'
                        and choices.choice_code = any(string_to_array(given.answer, '; '))
                )
        end as answer_label,
        chosen.choice_order as answer_order,
        case when questions.kind = 'number' then given.answer::double precision end as answer_number,
        case when questions.kind = 'text' then given.answer end as answer_text,
        case
            when questions.question_code is null then 'not_asked'
            when given.answer in ('not_known', 'does_not_apply') then given.answer
            when given.answer is not null then null
            when conditions.is_ruled_out then 'not_asked'
            else 'not_answered'
        end as missing_kind,
        coalesce(given.role, nullif(expected.respondent, '')) as answered_as,
        given.evidence,
        given.submission_id,
        given.sheet_name,
        given.cell
    from expected
    left join questions
        on expected.round_code = questions.round_code and expected.question_code = questions.question_code
    left join given
        on
            expected.authority_code = given.authority_code
            and expected.round_code = given.round_code
            and expected.question_code = given.question_code
            and expected.respondent = given.respondent
    left join choices as chosen
        on
            expected.round_code = chosen.round_code
            and expected.question_code = chosen.question_code
            and chosen.field = 'answer'
            and questions.kind = 'choice'
            and given.answer = chosen.choice_code
    left join conditions
        on
            expected.authority_code = conditions.authority_code
            and expected.round_code = conditions.round_code
            and expected.question_code = conditions.question_code
            and expected.respondent = conditions.respondent
)

select * from final
