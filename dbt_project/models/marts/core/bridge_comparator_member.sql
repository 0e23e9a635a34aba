with final as (
    select
        comparator_set,
        comparator_group,
        period_code,
        member_code as authority_code,
        comparator_title,
        comparator_version
    from {{ ref('int_comparator_members') }}
)

select * from final
