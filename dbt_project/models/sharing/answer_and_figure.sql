-- Whether answers of the questionnaire and figures of an indicator go together, over all departments.
with final as (
    select
        pairs.round_code,
        pairs.question_code,
        pairs.indicator_code,
        questions.factor,
        pairs.period_code,
        pairs.n,
        pairs.reading,
        pairs.pairs_looked_at::integer as pairs_looked_at,
        pairs.pairs_below_05::integer as pairs_below_05,
        pairs.pairs_below_05_by_chance::double precision as pairs_below_05_by_chance
    from {{ ref('factor_and_indicator') }} as pairs
    inner join {{ ref('dim_question') }} as questions
        on pairs.round_code = questions.round_code and pairs.question_code = questions.question_code
    where pairs.missing_reason is null and questions.closes_on < {{ day_in_england('now()') }}
)

select * from final
