{{ config(materialized='ephemeral') }}
-- The figures of each group of comparators pooled, node by node. The comparators of a tree are those that have
-- all the figures which most of them have, so that every node is pooled over the same authorities and the
-- parts can add up to the whole.
with candidates as (
    select
        members.comparator_set as compared_with,
        members.comparator_group as group_code,
        own.*,
        -- A part of which there is none is known; a whole without a denominator is no figure. One rated too
        -- low for the set is no mark for others.
        own.numerator is not null
        and own.denominator is not null
        and (own.kind = 'part' or own.value is not null)
        and coalesce(own.quality_rating, sets.least_rating) <= sets.least_rating as is_known
    from {{ ref('int_driver_own_figures') }} as own
    inner join {{ ref('int_comparator_members') }} as members
        on own.authority_code = members.member_code and own.period_code = members.period_code
    inner join {{ ref('comparator_sets') }} as sets on members.comparator_set = sets.comparator_set
    where own.has_figures and (sets.made_by <> 'country' or own.is_national)
),

-- What most of them have is asked of each; what few have is not.
asked as (
    select
        compared_with,
        group_code,
        period_code,
        basis,
        tree_code,
        node_code,
        count(*) as candidates,
        count(*) filter (where is_known) as known,
        2 * count(*) filter (where is_known) > count(*) as is_asked
    from candidates
    group by compared_with, group_code, period_code, basis, tree_code, node_code
),

members as (
    select
        candidates.*,
        asked.is_asked,
        bool_and(candidates.is_known or not asked.is_asked) over (
            partition by
                candidates.compared_with, candidates.group_code, candidates.authority_code,
                candidates.period_code, candidates.basis, candidates.tree_code
        ) as is_complete
    from candidates
    inner join asked using (compared_with, group_code, period_code, basis, tree_code, node_code)
),

pooled as (
    select
        compared_with,
        group_code,
        period_code,
        basis,
        tree_code,
        node_code,
        max(multiplier) as multiplier,
        count(*)::integer as n,
        -- In one order, whatever was written when: the last digit of a sum depends on it.
        case when bool_and(is_asked) then sum(numerator order by authority_code) end as numerator,
        case when bool_and(is_asked) then sum(denominator order by authority_code) end as denominator
    from members
    where is_complete
    group by compared_with, group_code, period_code, basis, tree_code, node_code
),

final as (
    select
        asked.*,
        pooled.n,
        pooled.numerator,
        pooled.denominator,
        pooled.multiplier
    from asked
    left join pooled using (compared_with, group_code, period_code, basis, tree_code, node_code)
)

select * from final
