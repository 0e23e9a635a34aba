select trees.tree_code, trees.indicator_code
from {{ ref('driver_trees') }} as trees
left join {{ ref('driver_nodes') }} as nodes on trees.tree_code = nodes.tree_code
left join {{ ref('driver_formulas') }} as formulas
    on nodes.node_code = formulas.node_code and trees.indicator_code = formulas.indicator_code
group by trees.tree_code, trees.indicator_code
having count(formulas.node_code) = 0
