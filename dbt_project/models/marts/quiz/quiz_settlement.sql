-- Whether a case is settled, and what that would decide. Every member that does not vote for the most frequent answer is
-- outside it, whether it votes otherwise, is of several minds or has not answered: it has not agreed.
with votes as (
    select
        agreement.round_code,
        agreement.case_code,
        agreement.indicator_code,
        agreement.most_frequent_answer,
        agreement.is_tied,
        agreement.answers,
        rounds.members,
        agreement.with_most_frequent as votes_for,
        agreement.outside as votes_against,
        rounds.members - agreement.answers as without_vote
    from {{ ref('quiz_agreement') }} as agreement
    inner join {{ ref('quiz_round') }} as rounds on agreement.round_code = rounds.round_code
    where agreement.raters = 'members'
),

options as (
    select
        round_code,
        case_code,
        answer,
        count(*) as options,
        max(value) as value
    from {{ ref('quiz_case_reading') }}
    where decision_code <> ''
    group by round_code, case_code, answer
),

rules as (
    select
        most_members_outside,
        most_perspectives_against
    from {{ ref('int_decisions') }}
    where before_period = '9999-99'
),

weighed as (
    select
        votes.*,
        decisions.decision_code,
        decisions.value_in_force,
        case when decisions.decision_code is not null and options.options = 1 then options.value end as value,
        against.perspectives_against,
        coalesce(against.perspectives, 0) as perspectives,
        rules.most_members_outside,
        rules.most_perspectives_against
    from votes
    inner join {{ ref('int_quiz_case_decisions') }} as decisions
        on votes.round_code = decisions.round_code and votes.case_code = decisions.case_code
    cross join rules
    left join {{ ref('int_quiz_perspectives_against') }} as against
        on votes.round_code = against.round_code and votes.case_code = against.case_code
    left join options
        on
            votes.round_code = options.round_code
            and votes.case_code = options.case_code
            and votes.most_frequent_answer = options.answer
),

found as (
    select
        *,
        case
            when answers = 0 then 'no_votes'
            when is_tied then 'tied'
            when members - votes_for > most_members_outside then 'split'
            when perspectives > most_perspectives_against then 'perspective_against'
            when decision_code is null then 'tells_no_decision_apart'
            when value is null then 'no_option'
            when value = value_in_force then 'as_decided'
            else 'settled'
        end as by_itself
    from weighed
),

-- Two cases that agree on opposite options of one decision settle neither against what is decided.
final as (
    select
        round_code,
        case_code,
        indicator_code,
        most_frequent_answer,
        members,
        votes_for,
        votes_against,
        without_vote,
        perspectives_against,
        most_members_outside,
        most_perspectives_against,
        decision_code,
        value_in_force,
        value,
        case
            when
                by_itself = 'settled'
                and count(*) filter (where by_itself in ('settled', 'as_decided')) over of_decision
                > count(*) filter (where by_itself in ('settled', 'as_decided')) over of_value
                then 'cases_contradict'
            else by_itself
        end as finding
    from found
    window
        of_decision as (partition by round_code, decision_code),
        of_value as (partition by round_code, decision_code, value)
)

select * from final
