{{ config(materialized='table') }}
-- Which groups each authority is set beside in each year, and whether it is in them itself. Statistical
-- neighbours are a group of the authority's own, which it is not in; a named set may be set beside
-- others than its members.
with sets as (
    select * from {{ ref('comparator_sets') }}
),

members as (
    select
        members.*,
        sets.made_by,
        sets.compared,
        sets.least_rating
    from {{ ref('int_comparator_members') }} as members
    inner join sets on members.comparator_set = sets.comparator_set
),

in_their_own as (
    select
        member_code as authority_code,
        period_code,
        comparator_set,
        comparator_group,
        comparator_title,
        comparator_version,
        least_rating,
        true as is_in_group
    from members
    where made_by <> 'statistical_neighbours'
),

with_neighbours as (
    select distinct
        comparator_group as authority_code,
        period_code,
        comparator_set,
        comparator_group,
        comparator_title,
        comparator_version,
        least_rating,
        false as is_in_group
    from members
    where made_by = 'statistical_neighbours'
),

beside_a_named_set as (
    select distinct
        authorities.authority_code,
        members.period_code,
        members.comparator_set,
        members.comparator_group,
        members.comparator_title,
        members.comparator_version,
        members.least_rating,
        false as is_in_group
    from members
    inner join {{ ref('authorities') }} as authorities
        on members.compared = 'all' or (members.compared = 'club' and authorities.is_member)
    where
        members.made_by = 'named'
        and not exists (
            select 1 from in_their_own
            where
                in_their_own.authority_code = authorities.authority_code
                and in_their_own.period_code = members.period_code
                and in_their_own.comparator_set = members.comparator_set
        )
),

final as (
    select * from in_their_own
    union all
    select * from with_neighbours
    union all
    select * from beside_a_named_set
)

select * from final
