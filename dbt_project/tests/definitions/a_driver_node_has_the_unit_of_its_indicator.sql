-- And a part of a mean counts as its whole does, or their figures could not be set side by side.
select
    formulas.node_code,
    nodes.unit,
    indicators.unit as indicator_unit,
    formulas.multiplier,
    wholes.multiplier as multiplier_of_whole
from {{ ref('int_driver_formulas') }} as formulas
inner join {{ ref('driver_nodes') }} as nodes on formulas.node_code = nodes.node_code
inner join {{ ref('register_indicators') }} as indicators
    on
        formulas.indicator_code = indicators.indicator_code
        and formulas.definition_version = indicators.definition_version
left join {{ ref('int_driver_formulas') }} as wholes
    on nodes.parent_node_code = wholes.node_code and nodes.kind = 'part'
where nodes.unit <> indicators.unit or formulas.multiplier <> wholes.multiplier
