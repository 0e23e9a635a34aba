-- What the nodes below a node contribute is its own contribution, to the last digits of the figures they
-- are made of; a node is split among all the nodes below it or among none.
with drivers as (
    select * from {{ ref('fct_driver') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

families as (
    select
        below.authority_code,
        below.period_code,
        below.basis,
        below.compared_with,
        below.parent_node_code as node_code,
        count(*) as nodes,
        count(below.contribution) as contributing,
        sum(below.contribution) as in_parts,
        sum(abs(below.contribution)) as size
    from drivers as below
    where below.kind <> 'whole'
    group by 1, 2, 3, 4, 5
)

select
    families.*,
    drivers.contribution
from families
inner join drivers using (authority_code, period_code, basis, compared_with, node_code)
where
    -- A tree may begin below a node that has no figure.
    drivers.contribution is not null
    and families.contributing > 0
    and (
        families.contributing < families.nodes
        or abs(families.in_parts - drivers.contribution)
        > 1e-9 * greatest(families.size, abs(drivers.value), abs(drivers.comparator_value))
    )
