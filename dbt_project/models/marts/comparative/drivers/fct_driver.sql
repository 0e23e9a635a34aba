{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook=[without_loops(), "{{ clear(changed_comparisons('period_code', 'basis')) }}"]
) }}
-- What drives a difference: each node of a driver tree with the part of the difference that is due to it. A
-- node's contribution is its own difference times its weight; the weights are chosen so that the nodes below
-- one node add up to it, whatever their order, and are carried down the tree.
with recursive weighed as (
    select * from {{ ref('int_driver_weights') }}
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
