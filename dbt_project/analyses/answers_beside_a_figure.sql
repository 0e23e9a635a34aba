-- What each department answered to a question, beside its newest figure of an indicator.
-- dbt compile --select answers_beside_a_figure --vars '{round: round-1, question: FP3, indicator: A1}'
select
    figures.place_name,
    answers.answer_label,
    answers.missing_kind,
    figures.period_code,
    figures.value,
    figures.unit,
    figures.rank
from {{ ref('fct_answer') }} as answers
inner join {{ ref('latest') }} as figures
    on
        answers.authority_code = figures.place_code
        and figures.place_kind = 'authority'
        and figures.is_preferred
        and figures.indicator_code = '{{ var("indicator", "A1") }}'
where
    answers.round_code = '{{ var("round", "round-1") }}'
    and answers.question_code = '{{ var("question", "FP3") }}'
order by answers.answer_order, figures.value, figures.place_name
