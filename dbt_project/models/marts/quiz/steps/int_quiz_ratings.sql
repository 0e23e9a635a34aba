-- Whose answers are held against each other: those of each perspective, and the members' votes, one each. A member's vote is
-- what more than half of its perspectives answer; one that is of several minds has none.
with answers as (
    select
        given.*,
        cases.indicator_code
    from {{ ref('quiz_answer') }} as given
    inner join {{ ref('quiz_case') }} as cases
        on given.round_code = cases.round_code and given.case_code = cases.case_code
),

counted as (
    select
        round_code,
        indicator_code,
        case_code,
        authority_code,
        answer,
        count(*) as given,
        sum(count(*)) over (partition by round_code, case_code, authority_code) as given_in_all
    from answers
    group by round_code, indicator_code, case_code, authority_code, answer
),

final as (
    select
        round_code,
        indicator_code,
        'members' as raters,
        case_code,
        authority_code,
        answer
    from counted
    where 2 * given > given_in_all
    union all
    select
        round_code,
        indicator_code,
        perspective as raters,
        case_code,
        authority_code,
        answer
    from answers
)

select * from final
