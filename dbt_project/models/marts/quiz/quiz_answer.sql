-- What each perspective of each member answered.
with given as (
    select
        round_code,
        item_code as case_code,
        authority_code,
        respondent as perspective,
        max(value) filter (where field = 'answer') as answer,
        max(value) filter (where field = 'certainty') as certainty,
        max(value) filter (where field = 'reason') as reason,
        max(submission_id) as submission_id
    from {{ ref('stg_definition_quiz__answers') }}
    group by round_code, item_code, authority_code, respondent
),

final as (
    select
        given.round_code,
        given.case_code,
        given.authority_code,
        given.perspective,
        given.answer,
        given.answer = cases.key_answer as is_as_key,
        given.certainty,
        given.reason,
        given.submission_id
    from given
    inner join {{ ref('stg_definition_quiz__cases') }} as cases
        on given.round_code = cases.round_code and given.case_code = cases.case_code
    where
        given.answer is not null
        and given.authority_code in (
            select members.authority_code from {{ ref('dim_authority') }} as members
            where members.is_member
        )
)

select * from final
