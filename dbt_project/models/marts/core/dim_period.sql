with final as (
    select
        period_code,
        starts_on,
        ends_on,
        title,
        extract(year from starts_on)::integer as sort_order
    from {{ ref('int_periods') }}
)

select * from final
