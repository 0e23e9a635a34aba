-- Ranks in the region with the best and the worst that chance leaves possible; the surest first.
-- dbt compile --select whose_rank_is_certain --vars '{indicator: A1, period: 2023-24}'
select
    authorities.name,
    comparisons.basis,
    comparisons.value,
    comparisons.rank,
    comparisons.n_ranked,
    comparisons.rank_lower_95,
    comparisons.rank_upper_95,
    comparisons.rank_upper_95 - comparisons.rank_lower_95 as places_that_chance_leaves,
    comparisons.funnel_position
from {{ ref('fct_comparison') }} as comparisons
inner join {{ ref('dim_authority') }} as authorities
    on comparisons.authority_code = authorities.authority_code
where
    authorities.is_member
    and comparisons.comparator_set = 'region'
    and comparisons.indicator_code = '{{ var("indicator", "A1") }}'
    and comparisons.period_code = '{{ var("period", "2023-24") }}'
    and comparisons.rank is not null
order by places_that_chance_leaves nulls last, comparisons.rank, authorities.name, comparisons.basis
