-- How many give each answer.
with final as (
    select
        round_code,
        case_code,
        raters,
        answer,
        count(*)::integer as given
    from {{ ref('int_quiz_ratings') }}
    group by round_code, case_code, raters, answer
)

select * from final
