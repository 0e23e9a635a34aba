select
    one.unit_cost_ref, one.indicator_code, one.definition_version, other.indicator_code as also,
    other.definition_version as also_version
from {{ ref('register_indicators') }} as one
inner join {{ ref('register_indicators') }} as other
    on
        one.unit_cost_ref = other.unit_cost_ref
        and (one.indicator_code, one.definition_version) < (other.indicator_code, other.definition_version)
        and one.valid_from_period <= other.valid_to_period
        and one.valid_to_period >= other.valid_from_period
