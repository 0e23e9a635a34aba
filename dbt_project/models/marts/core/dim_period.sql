with final as (
    select
        period_code,
        starts_on,
        ends_on,
        title
    from {{ ref('int_periods') }}
)

select * from final
