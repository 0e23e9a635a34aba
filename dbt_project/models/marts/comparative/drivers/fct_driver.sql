{{ config(
    materialized='incremental', unique_key=['period_code', 'basis'], indexes=[{'columns': ['period_code']}],
    pre_hook=without_loops()
) }}
-- What drives a difference: each node of a driver tree with the part of the difference that is due to
-- it. A node's contribution is its own difference times a weight; the weights are chosen so that the
-- nodes below one node add up to it, whatever their order, and are carried down the tree
-- (macros/drivers.sql has the sources):
--   part    of a mean, such as the cost in homes: its share of the days, mean of both sides
--   share   in a mean: how far the part lies from the whole, mean of both sides
--   factor  of a product: log-mean of the whole over log-mean of the factor
with recursive sides as (
    select * from {{ ref('int_driver_sides') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

measured as (
    select
        sides.*,
        nodes.parent_node_code,
        nodes.kind,
        nodes.label,
        parents.own_value as parent_own_value,
        parents.other_value as parent_other_value,
        parents.own_numerator as parent_own_numerator,
        parents.other_numerator as parent_other_numerator,
        parents.own_denominator as parent_own_denominator,
        parents.other_denominator as parent_other_denominator,
        -- A side that has none of a part has no price for it either.
        coalesce(nodes.kind = 'part' and sides.own_numerator = 0 and sides.own_denominator = 0, false)
            as own_has_none,
        coalesce(nodes.kind = 'part' and sides.other_numerator = 0 and sides.other_denominator = 0, false)
            as other_has_none
    from sides
    inner join {{ ref('driver_nodes') }} as nodes using (node_code)
    left join sides as parents
        on
            sides.authority_code = parents.authority_code
            and sides.period_code = parents.period_code
            and sides.basis = parents.basis
            and sides.compared_with = parents.compared_with
            and nodes.parent_node_code = parents.node_code
),

-- Nothing can be said of a price that one side does not have: it is taken as the other's, and all is
-- mix.
prices as (
    select
        *,
        case when own_has_none then coalesce(other_value, 0) else own_value end as own_price,
        case when other_has_none then coalesce(own_value, 0) else other_value end as other_price,
        own_denominator / nullif(parent_own_denominator, 0) as own_share,
        other_denominator / nullif(parent_other_denominator, 0) as other_share,
        -- The parts of a mean are added, the factors of a product multiplied: each kind has its own
        -- check.
        case when kind = 'part' then own_numerator end as own_part,
        case when kind = 'part' then other_numerator end as other_part,
        case when kind = 'part' then own_denominator end as own_part_of_weight,
        case when kind = 'part' then other_denominator end as other_part_of_weight,
        ln(case when kind = 'factor' and own_value > 0 then own_value end) as own_log,
        ln(case when kind = 'factor' and other_value > 0 then other_value end) as other_log,
        case
            when not own_has_none and own_value is null then coalesce(own_missing_reason, 'no figure')
            when not other_has_none and other_value is null
                then coalesce(other_missing_reason, 'The denominator is zero')
            when kind = 'factor' and least(own_value, other_value) <= 0
                then 'It is zero, and a product with a zero cannot be split'
        end as complaint
    from measured
),

families as (
    select
        authority_code,
        period_code,
        basis,
        compared_with,
        parent_node_code,
        case
            when bool_or(parent_own_value is null or parent_other_value is null)
                then 'What it is a part of has no figure on both sides'
            when bool_or(complaint is not null)
                then
                    'Not split for want of '
                    || string_agg(label || ' (' || complaint || ')', '; ' order by node_code)
                    filter (where complaint is not null)
            when
                not {{ adds_up_to('sum(own_part)', 'max(parent_own_numerator)') }}
                or not {{ adds_up_to('sum(own_part_of_weight)', 'max(parent_own_denominator)') }}
                or not {{ adds_up_to('exp(sum(own_log))', 'max(parent_own_value)') }}
                then 'What the authority gives for the parts does not make up what it gives for the whole'
            when
                not {{ adds_up_to('sum(other_part)', 'max(parent_other_numerator)') }}
                or not {{ adds_up_to('sum(other_part_of_weight)', 'max(parent_other_denominator)') }}
                or not {{ adds_up_to('exp(sum(other_log))', 'max(parent_other_value)') }}
                then 'The parts do not make up the whole on the side that is compared with'
        end as why_not_split
    from prices
    where parent_node_code is not null
    group by authority_code, period_code, basis, compared_with, parent_node_code
),

parts as (
    select
        prices.*,
        families.why_not_split,
        {{ shapley_weight('prices.own_share', 'prices.other_share') }} as mean_share,
        {{ shapley_weight('prices.own_price', 'prices.other_price') }} as mean_price
    from prices
    left join families using (authority_code, period_code, basis, compared_with, parent_node_code)
),

weighed as (
    select
        authority_code, period_code, basis, compared_with, n, note, node_code, node_indicator_code,
        own_value, other_value,
        own_price - other_price as driving_difference,
        case
            when why_not_split is not null then null
            when kind = 'part' then mean_share
            when kind = 'factor'
                then
                    ({{ log_mean('parent_own_value', 'parent_other_value') }})
                    / ({{ log_mean('own_value', 'other_value') }})
        end as weight,
        -- A tree begins at its topmost node that both sides have a figure for.
        own_value is not null
        and other_value is not null
        and (parent_own_value is null or parent_other_value is null) as is_start,
        case
            when own_value is null and not own_has_none then coalesce(own_missing_reason, 'No figure')
            when other_value is null and not other_has_none
                then coalesce(other_missing_reason, 'The denominator is zero')
            else why_not_split
        end as missing_reason,
        case
            when why_not_split is not null then null
            when own_has_none and other_has_none then 'There is none of it on either side'
            when own_has_none then 'The authority has none of it: all of the difference is one of mix'
            when other_has_none then 'There is none to compare with: all of the difference is one of mix'
        end as assumption
    from parts
    union all
    select
        parts.authority_code, parts.period_code, parts.basis, parts.compared_with, parts.n, parts.note,
        shares.node_code,
        null as node_indicator_code,
        100 * parts.own_share as own_value,
        100 * parts.other_share as other_value,
        100 * (parts.own_share - parts.other_share) as driving_difference,
        -- More of what costs more than the whole makes it dearer.
        case
            when parts.why_not_split is null
                then
                    (
                        parts.mean_price
                        - {{ shapley_weight('parts.parent_own_value', 'parts.parent_other_value') }}
                    ) / 100
        end as weight,
        false as is_start,
        parts.why_not_split as missing_reason,
        null as assumption
    from parts
    inner join {{ ref('driver_nodes') }} as shares on parts.node_code = shares.share_of
    union all
    -- The mix as a whole: what each side's shares would give at the same prices.
    select
        parts.authority_code, parts.period_code, parts.basis, parts.compared_with,
        max(parts.n) as n,
        max(parts.note) as note,
        mixes.node_code,
        null as node_indicator_code,
        sum(parts.own_share * parts.mean_price order by parts.node_code)
        filter (where parts.why_not_split is null) as own_value,
        sum(parts.other_share * parts.mean_price order by parts.node_code)
        filter (where parts.why_not_split is null) as other_value,
        sum((parts.own_share - parts.other_share) * parts.mean_price order by parts.node_code)
        filter (where parts.why_not_split is null) as driving_difference,
        case when bool_and(parts.why_not_split is null) then 1 end as weight,
        false as is_start,
        max(parts.why_not_split) as missing_reason,
        null as assumption
    from parts
    inner join {{ ref('driver_nodes') }} as mixes
        on parts.parent_node_code = mixes.parent_node_code and mixes.kind = 'mix'
    group by parts.authority_code, parts.period_code, parts.basis, parts.compared_with, mixes.node_code
),

-- Down the tree: a node's weight is that of all the nodes above it too.
chains as (
    select
        authority_code, period_code, basis, compared_with, node_code,
        node_code as whole_node_code,
        1::double precision as weight
    from weighed
    where is_start
    union all
    select
        weighed.authority_code, weighed.period_code, weighed.basis, weighed.compared_with,
        weighed.node_code,
        chains.whole_node_code,
        chains.weight * weighed.weight as weight
    from chains
    inner join {{ ref('driver_nodes') }} as nodes on chains.node_code = nodes.parent_node_code
    inner join weighed
        on
            chains.authority_code = weighed.authority_code
            and chains.period_code = weighed.period_code
            and chains.basis = weighed.basis
            and chains.compared_with = weighed.compared_with
            and nodes.node_code = weighed.node_code
            and weighed.weight is not null
),

final as (
    select
        weighed.authority_code,
        weighed.period_code,
        trees.indicator_code,
        weighed.basis,
        weighed.compared_with,
        weighed.node_code,
        nodes.parent_node_code,
        nodes.tree_code,
        nodes.position,
        nodes.kind,
        nodes.label,
        nodes.unit,
        weighed.node_indicator_code,
        weighed.own_value as value,
        weighed.other_value as comparator_value,
        weighed.own_value - weighed.other_value as difference,
        chains.weight * weighed.driving_difference as contribution,
        wholes.node_code as whole_node_code,
        wholes.unit as contribution_unit,
        weighed.n,
        case when chains.weight is null then coalesce(weighed.missing_reason, 'Not split') end
            as missing_reason,
        nullif(concat_ws('; ', weighed.note, weighed.assumption), '') as note
    from weighed
    inner join {{ ref('driver_nodes') }} as nodes using (node_code)
    inner join {{ ref('driver_trees') }} as trees on nodes.tree_code = trees.tree_code
    left join chains using (authority_code, period_code, basis, compared_with, node_code)
    left join {{ ref('driver_nodes') }} as wholes on chains.whole_node_code = wholes.node_code
)

select * from final
