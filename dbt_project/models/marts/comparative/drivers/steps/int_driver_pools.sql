{{ config(materialized='ephemeral') }}
-- The figures of each group of comparators pooled, node by node. The comparators of a tree are those that
-- have all the figures which most of them have, so that every node is pooled over the same authorities and
-- the parts can add up to the whole.
with candidates as (
    select * from {{ ref('int_driver_candidates') }}
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
        max(least_n) as least_n,
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
        case
            when bool_and(is_asked) and count(*) >= max(least_n) then sum(numerator order by authority_code)
        end as numerator,
        case
            when bool_and(is_asked) and count(*) >= max(least_n) then sum(denominator order by authority_code)
        end as denominator
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
