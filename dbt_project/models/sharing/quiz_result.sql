-- What the members have answered to the cases of the quiz, of rounds that are over. Where all but one of them answer alike,
-- nothing of the answers is told: that one would know what each of the others has answered.
with settlements as (
    select
        *,
        members - votes_for >= 2 as is_told
    from {{ ref('quiz_settlement') }}
),

final as (
    select
        rounds.round_code,
        cases.case_code,
        rounds.title as round_title,
        rounds.closes_on,
        cases.turn,
        cases.title,
        cases.indicator_code,
        cases.asked,
        cases.key_answer,
        cases.why,
        rounds.members,
        case when settled.is_told then settled.most_frequent_answer end as most_frequent_answer,
        case when settled.is_told then settled.votes_for end as votes_for,
        settled.decision_code,
        case when settled.is_told then settled.value end as value,
        case when settled.is_told then settled.finding end as finding,
        case when not settled.is_told then 'confidential' end as not_shown
    from {{ ref('quiz_case') }} as cases
    inner join {{ ref('quiz_round') }} as rounds on cases.round_code = rounds.round_code
    inner join settlements as settled
        on cases.round_code = settled.round_code and cases.case_code = settled.case_code
    where rounds.closes_on < {{ day_in_england('now()') }}
)

select * from final
