-- Each member's answer beside its figure of an indicator that the answer may explain.
with pairs as (
    select * from {{ ref('int_answered_indicators') }}
),

-- Where several perspectives answer, the middle one.
answers as (
    select
        authority_code,
        round_code,
        question_code,
        percentile_cont(0.5) within group (order by coalesce(answer_order, answer_number)) as answer_value,
        string_agg(
            coalesce(answer_label, trim_scale(answer_number::numeric)::text), '; ' order by respondent
        ) as answer,
        min(missing_kind) as missing_kind
    from {{ ref('fct_answer') }}
    group by authority_code, round_code, question_code
),

final as (
    select
        pairs.round_code,
        pairs.question_code,
        pairs.indicator_code,
        answers.authority_code,
        answers.answer,
        answers.answer_value,
        pairs.period_code,
        pairs.basis,
        figures.value,
        figures.quality_rating,
        case
            when answers.answer_value is null then coalesce(answers.missing_kind, 'outside the order')
            when figures.value is null then 'no figure'
            when figures.quality_rating = 'C' then 'figure rated C'
        end as left_out
    from pairs
    inner join answers
        on pairs.round_code = answers.round_code and pairs.question_code = answers.question_code
    left join {{ ref('fct_indicator') }} as figures
        on
            answers.authority_code = figures.authority_code
            and pairs.period_code = figures.period_code
            and pairs.indicator_code = figures.indicator_code
            and pairs.basis = figures.basis
)

select * from final
