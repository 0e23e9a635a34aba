select pairs.pair_code
from {{ ref('cost_and_outcome_pairs') }} as pairs
left join {{ ref('register_indicators') }} as costs
    on pairs.cost_indicator_code = costs.indicator_code and costs.domain = 'finance'
left join {{ ref('register_indicators') }} as outcomes
    on
        pairs.outcome_indicator_code = outcomes.indicator_code
        and outcomes.domain = 'outcome'
        and outcomes.polarity <> 'none'
where costs.indicator_code is null or outcomes.indicator_code is null
