-- The rounds of the returns that people answer, as their forms say.
with final as (
    select
        return_code,
        round_code,
        title,
        opens_on,
        closes_on
    from {{ source('raw', 'answer_rounds') }}
)

select * from final
