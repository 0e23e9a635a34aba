-- With whom an authority is set side by side in a period: the councils of its region, those of its type,
-- England.
with final as (
    select
        types.authority_code,
        types.period_code,
        sets.comparator_set,
        sets.comparator_group,
        authorities.is_member
    from {{ ref('int_authority_periods') }} as types
    inner join {{ ref('authorities') }} as authorities on types.authority_code = authorities.authority_code
    cross join
        lateral (
            values
            ('region', authorities.region),
            ('own_type', types.authority_type),
            ('england', 'England')
        ) as sets (comparator_set, comparator_group)
)

select * from final
