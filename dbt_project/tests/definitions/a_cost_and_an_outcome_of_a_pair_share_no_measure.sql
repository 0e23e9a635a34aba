-- Two figures over the same denominator go together whether or not their numerators do.
select pairs.pair_code, costs.measure_code
from {{ ref('cost_and_outcome_pairs') }} as pairs
inner join {{ ref('register_components') }} as costs on pairs.cost_indicator_code = costs.indicator_code
inner join {{ ref('register_components') }} as outcomes
    on
        pairs.outcome_indicator_code = outcomes.indicator_code
        and costs.measure_code = outcomes.measure_code
