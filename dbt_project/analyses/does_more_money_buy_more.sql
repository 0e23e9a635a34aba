-- Unit cost beside outcome, in which quadrant each member stands.
-- dbt compile --select does_more_money_buy_more --vars '{pair: l294_a1, period: 2024-25}'
select
    authorities.name,
    pairs.cost_value,
    pairs.outcome_value,
    pairs.cost_median,
    pairs.outcome_median,
    pairs.quadrant,
    pairs.n,
    pairs.caveat
from {{ ref('mart_cost_and_outcome') }} as pairs
inner join {{ ref('dim_authority') }} as authorities on pairs.authority_code = authorities.authority_code
where
    pairs.pair_code = '{{ var("pair", "l294_a1") }}'
    and pairs.period_code = '{{ var("period", "2024-25") }}'
    and pairs.comparator_set = 'region'
order by pairs.quadrant, authorities.name
