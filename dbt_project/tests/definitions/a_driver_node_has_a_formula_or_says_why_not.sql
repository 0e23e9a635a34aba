-- A mix and its shares follow from the parts; of every other node the register has the figure, or the
-- seed the reason why nobody has.
select nodes.node_code
from {{ ref('driver_nodes') }} as nodes
left join {{ ref('int_driver_formulas') }} as formulas on nodes.node_code = formulas.node_code
group by nodes.node_code, nodes.kind, nodes.not_collected_reason
having
    (count(formulas.node_code) > 0)
    <> (nodes.kind in ('whole', 'part', 'factor') and nodes.not_collected_reason is null)
