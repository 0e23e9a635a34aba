{{ config(materialized='ephemeral') }}
-- Which perspectives are against the most frequent answer of the members: those of which more than half of the answers
-- are other ones.
with perspectives_against as (
    select
        members.round_code,
        members.case_code,
        agreement.raters
    from {{ ref('quiz_agreement') }} as members
    inner join {{ ref('quiz_agreement') }} as agreement
        on members.round_code = agreement.round_code and members.case_code = agreement.case_code
    left join {{ ref('int_quiz_ratings') }} as ratings
        on
            agreement.round_code = ratings.round_code
            and agreement.case_code = ratings.case_code
            and agreement.raters = ratings.raters
            and members.most_frequent_answer = ratings.answer
    where members.raters = 'members' and agreement.raters <> 'members' and agreement.answers > 0
    group by members.round_code, members.case_code, agreement.raters, agreement.answers
    having 2 * count(ratings.authority_code) < agreement.answers
),

final as (
    select
        perspectives_against.round_code,
        perspectives_against.case_code,
        count(*)::integer as perspectives,
        string_agg(perspectives_against.raters, ', ' order by perspectives.position) as perspectives_against
    from perspectives_against
    inner join {{ ref('perspectives') }} as perspectives
        on perspectives_against.raters = perspectives.perspective
    group by perspectives_against.round_code, perspectives_against.case_code
)

select * from final
