-- Which year and basis of an indicator the answers of a round are set beside: the newest year that had ended when the round
-- closed and has a figure of a member, on the basis on which most members have one.
with pairs as (
    select
        questions.round_code,
        questions.question_code,
        questions.question_version,
        questions.factor,
        indicators.indicator_code,
        coalesce(rounds.closes_on, 'infinity') as closes_on
    from {{ ref('stg_questionnaire__questions') }} as questions
    inner join {{ ref('stg_questionnaire__rounds') }} as rounds on questions.round_code = rounds.round_code
    cross join lateral unnest(questions.indicator_codes) as indicators (indicator_code)
),

counted as (
    select
        facts.indicator_code,
        facts.period_code,
        facts.basis,
        max(facts.definition_version) as definition_version,
        max(periods.ends_on) as ends_on,
        count(*) as members
    from {{ ref('fct_indicator') }} as facts
    inner join {{ ref('dim_period') }} as periods on facts.period_code = periods.period_code
    inner join {{ ref('authorities') }} as authorities on facts.authority_code = authorities.authority_code
    where authorities.is_member and facts.value is not null
    group by facts.indicator_code, facts.period_code, facts.basis
),

final as (
    select
        pairs.round_code,
        pairs.question_code,
        pairs.question_version,
        pairs.factor,
        pairs.indicator_code,
        newest.period_code,
        newest.basis,
        newest.definition_version
    from pairs
    left join lateral (
        select
            counted.period_code,
            counted.basis,
            counted.definition_version
        from counted
        where counted.indicator_code = pairs.indicator_code and counted.ends_on <= pairs.closes_on
        order by
            counted.period_code desc, counted.members desc,
            array_position(array['submitted', 'published', 'sample'], counted.basis)
        limit 1
    ) as newest on true
)

select * from final
