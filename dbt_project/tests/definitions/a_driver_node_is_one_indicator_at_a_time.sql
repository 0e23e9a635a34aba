-- The years of a node's formulas do not overlap.
select one.node_code, one.indicator_code, other.indicator_code as other_indicator_code
from {{ ref('int_driver_formulas') }} as one
inner join {{ ref('int_driver_formulas') }} as other
    on
        one.node_code = other.node_code
        and (one.indicator_code, one.definition_version) < (other.indicator_code, other.definition_version)
        and one.from_period <= coalesce(other.to_period, one.from_period)
        and other.from_period <= coalesce(one.to_period, other.from_period)
