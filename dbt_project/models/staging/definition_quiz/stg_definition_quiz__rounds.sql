with final as (
    select
        round_code,
        title,
        introduction,
        opens_on,
        closes_on,
        form_version
    from {{ source('raw', 'answer_rounds') }}
    where return_code = 'definition_quiz'
)

select * from final
