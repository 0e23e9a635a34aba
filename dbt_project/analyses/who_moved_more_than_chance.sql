-- Who changed by more than chance and falling back to the others would have made, best first.
-- dbt compile --select who_moved_more_than_chance --vars '{period: 2023-24}'
select
    authorities.name,
    definitions.title,
    comparisons.basis,
    comparisons.previous_value,
    comparisons.value,
    comparisons.change,
    comparisons.expected_change_lower_95,
    comparisons.expected_change_upper_95,
    comparisons.change_beyond_expected
from {{ ref('fct_comparison') }} as comparisons
inner join {{ ref('dim_authority') }} as authorities
    on comparisons.authority_code = authorities.authority_code
inner join {{ ref('dim_indicator') }} as definitions on comparisons.indicator_key = definitions.indicator_key
where
    authorities.is_member
    and comparisons.comparator_set = 'region'
    and comparisons.period_code = '{{ var("period", "2023-24") }}'
    and comparisons.change_beyond_expected <> 'no'
order by comparisons.change_beyond_expected, authorities.name, definitions.title, comparisons.basis
