-- The rounds of the quiz, and how many have answered.
with answered as (
    select
        round_code,
        count(distinct authority_code)::integer as members_answering,
        count(*)::integer as answers
    from {{ ref('quiz_answer') }}
    group by round_code
),

cases as (
    select
        round_code,
        count(*)::integer as cases
    from {{ ref('quiz_case') }}
    group by round_code
),

members as (
    select count(*)::integer as members
    from {{ ref('dim_authority') }}
    where is_member
),

final as (
    select
        rounds.round_code,
        rounds.title,
        rounds.introduction,
        rounds.opens_on,
        rounds.closes_on,
        cases.cases,
        members.members,
        coalesce(answered.members_answering, 0) as members_answering,
        coalesce(answered.answers, 0) as answers
    from {{ ref('stg_definition_quiz__rounds') }} as rounds
    inner join cases on rounds.round_code = cases.round_code
    cross join members
    left join answered on rounds.round_code = answered.round_code
)

select * from final
