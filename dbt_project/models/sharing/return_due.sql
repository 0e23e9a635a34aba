-- When the returns are due that the figures come from, and on what that day rests.
with final as (
    select
        return_code,
        period_code,
        opens_on,
        due_on,
        provenance
    from {{ ref('dim_return_due') }}
)

select * from final
