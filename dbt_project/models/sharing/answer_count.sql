-- How many departments chose what in the questionnaire, of rounds that are over; texts and numbers stay inside. Where fewer
-- than five have answered, or all but one alike, nothing of a question is told: that one would know the others' answers.
with questions as (
    select * from {{ ref('dim_question') }}
    where kind in ('choice', 'choices') and closes_on < {{ day_in_england('now()') }}
),

given as (
    select
        round_code,
        question_code,
        authority_code,
        respondent,
        string_to_array(answer_code, '; ') as chosen
    from {{ ref('fct_answer') }}
    where answer_code is not null
),

answered as (
    select
        round_code,
        question_code,
        count(*) as answered
    from given
    group by round_code, question_code
),

counted as (
    select
        choices.round_code,
        choices.question_code,
        choices.choice_code,
        choices.label,
        choices.turn,
        count(given.authority_code) as departments
    from {{ ref('dim_answer_choice') }} as choices
    left join given
        on
            choices.round_code = given.round_code
            and choices.question_code = given.question_code
            and choices.choice_code = any(given.chosen)
    group by choices.round_code, choices.question_code, choices.choice_code, choices.label, choices.turn
),

weighed as (
    select
        questions.*,
        counted.choice_code,
        counted.label,
        counted.turn as choice_turn,
        counted.departments,
        coalesce(answered.answered, 0) as answered,
        case questions.kind
            when 'choice' then max(counted.departments) over of_question <= answered.answered - 2
            -- Of several choices each is a question of its own: chosen, or not.
            else counted.departments between 2 and answered.answered - 2
        end and answered.answered >= 5 as is_told
    from questions
    inner join counted
        on questions.round_code = counted.round_code and questions.question_code = counted.question_code
    left join answered
        on questions.round_code = answered.round_code and questions.question_code = answered.question_code
    window of_question as (partition by counted.round_code, counted.question_code)
),

final as (
    select
        round_code,
        question_code,
        choice_code,
        round_title,
        closes_on,
        turn::integer as turn,
        section,
        factor,
        wording,
        choice_turn,
        label,
        kind = 'choices' as takes_several,
        case when is_told then departments::integer end as departments,
        case when answered >= 5 then answered::integer end as answered,
        case when is_told is not true then 'confidential' end as not_shown
    from weighed
)

select * from final
