-- A mean has two parts or more, one mix and, below the mix, a share of each part; a product has factors
-- alone. The whole of a tree stands alone at the top.
with families as (
    select
        parents.node_code,
        parents.kind,
        count(*) filter (where nodes.kind = 'part') as parts,
        count(*) filter (where nodes.kind = 'factor') as factors,
        count(*) filter (where nodes.kind = 'mix') as mixes,
        count(*) filter (where nodes.kind = 'share') as shares,
        (
            select count(*)
            from {{ ref('driver_nodes') }} as shares
            inner join {{ ref('driver_nodes') }} as mixes on shares.parent_node_code = mixes.node_code
            inner join {{ ref('driver_nodes') }} as parts on shares.share_of = parts.node_code
            where
                mixes.parent_node_code = parents.node_code
                and parts.parent_node_code = parents.node_code
                and parts.kind = 'part'
        ) as shares_of_parts
    from {{ ref('driver_nodes') }} as parents
    inner join {{ ref('driver_nodes') }} as nodes
        on parents.node_code = nodes.parent_node_code and parents.tree_code = nodes.tree_code
    group by parents.node_code, parents.kind
)

select node_code from families
where
    not (
        (kind = 'mix' and parts + factors + mixes = 0 and shares > 1)
        or (parts > 1 and factors + shares = 0 and mixes = 1 and shares_of_parts = parts)
        or (factors > 1 and parts + mixes + shares = 0)
    )
union all
select node_code from {{ ref('driver_nodes') }}
where (kind = 'whole') <> (parent_node_code is null) or (kind = 'share') <> (share_of is not null)
union all
select min(node_code) from {{ ref('driver_nodes') }}
group by tree_code
having count(*) filter (where kind = 'whole') <> 1
