-- How far the answers to a case agree with each other and, apart from that, with the key.
with groups_of_raters as (
    select perspective as raters from {{ ref('perspectives') }}
    union all
    select 'members' as raters
),

asked as (
    select
        cases.round_code,
        cases.case_code,
        cases.indicator_code,
        cases.key_answer,
        groups_of_raters.raters
    from {{ ref('quiz_case') }} as cases
    cross join groups_of_raters
),

most as (
    select
        *,
        max(given) over (partition by round_code, case_code, raters) as most_given
    from {{ ref('quiz_tally') }}
),

agreed as (
    select
        most.round_code,
        most.case_code,
        most.raters,
        sum(most.given)::integer as answers,
        max(most.most_given) as with_most_frequent,
        string_agg(most.answer, ' or ' order by length(most.answer), most.answer)
        filter (where most.given = most.most_given) as most_frequent_answer,
        count(*) filter (where most.given = most.most_given) > 1 as is_tied,
        sum(most.given * (most.given - 1))::double precision
        / nullif(sum(most.given) * (sum(most.given) - 1), 0) as agreeing
    from most
    group by most.round_code, most.case_code, most.raters
),

final as (
    select
        asked.round_code,
        asked.case_code,
        asked.raters,
        asked.indicator_code,
        coalesce(agreed.answers, 0) as answers,
        agreed.most_frequent_answer,
        coalesce(agreed.is_tied, false) as is_tied,
        coalesce(agreed.with_most_frequent, 0) as with_most_frequent,
        coalesce(agreed.answers - agreed.with_most_frequent, 0) as outside,
        agreed.agreeing,
        asked.key_answer,
        coalesce(with_key.given, 0) as with_key
    from asked
    left join agreed
        on
            asked.round_code = agreed.round_code
            and asked.case_code = agreed.case_code
            and asked.raters = agreed.raters
    left join {{ ref('quiz_tally') }} as with_key
        on
            asked.round_code = with_key.round_code
            and asked.case_code = with_key.case_code
            and asked.raters = with_key.raters
            and asked.key_answer = with_key.answer
)

select * from final
