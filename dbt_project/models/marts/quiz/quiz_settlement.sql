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

-- A perspective is against where more than half of its answers are other ones.
perspectives_against as (
    select
        votes.round_code,
        votes.case_code,
        agreement.raters
    from votes
    inner join {{ ref('quiz_agreement') }} as agreement
        on votes.round_code = agreement.round_code and votes.case_code = agreement.case_code
    left join {{ ref('int_quiz_ratings') }} as ratings
        on
            agreement.round_code = ratings.round_code
            and agreement.case_code = ratings.case_code
            and agreement.raters = ratings.raters
            and votes.most_frequent_answer = ratings.answer
    where agreement.raters <> 'members' and agreement.answers > 0
    group by votes.round_code, votes.case_code, agreement.raters, agreement.answers
    having 2 * count(ratings.authority_code) < agreement.answers
),

against as (
    select
        perspectives_against.round_code,
        perspectives_against.case_code,
        count(*)::integer as perspectives,
        string_agg(perspectives_against.raters, ', ' order by perspectives.position) as perspectives_against
    from perspectives_against
    inner join {{ ref('perspectives') }} as perspectives
        on perspectives_against.raters = perspectives.perspective
    group by perspectives_against.round_code, perspectives_against.case_code
),

told_apart as (
    select
        round_code,
        case_code,
        count(distinct decision_code) filter (where decision_code <> '') as decisions,
        max(decision_code) as decision_code
    from {{ ref('quiz_case_reading') }}
    group by round_code, case_code
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
        case when told_apart.decisions = 1 then told_apart.decision_code end as decision_code,
        in_force.value as value_in_force,
        case when told_apart.decisions = 1 and options.options = 1 then options.value end as value,
        against.perspectives_against,
        coalesce(against.perspectives, 0) as perspectives,
        rules.most_members_outside,
        rules.most_perspectives_against
    from votes
    inner join told_apart
        on votes.round_code = told_apart.round_code and votes.case_code = told_apart.case_code
    cross join rules
    left join against on votes.round_code = against.round_code and votes.case_code = against.case_code
    left join options
        on
            votes.round_code = options.round_code
            and votes.case_code = options.case_code
            and votes.most_frequent_answer = options.answer
    left join {{ ref('club_decisions') }} as in_force
        on
            told_apart.decisions = 1
            and told_apart.decision_code = in_force.decision_code
            and in_force.valid_to_period is null
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
