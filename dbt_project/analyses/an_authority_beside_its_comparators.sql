-- One figure beside each of its comparator sets: how many stand behind the comparator, and where it is among
-- them.
-- dbt compile --select an_authority_beside_its_comparators
--     --vars '{authority: dudley, period: 2007-08, indicator: B17}'
select
    comparisons.comparator_title,
    comparisons.value,
    comparisons.is_in_baseline,
    comparisons.comparator_method,
    comparisons.comparator_value,
    comparisons.median_value,
    comparisons.mean_value,
    comparisons.n,
    comparisons.n_missing,
    comparisons.n_left_out,
    comparisons.rank,
    comparisons.n_ranked,
    comparisons.funnel_position,
    comparisons.false_alarm_probability,
    sets.how_made
from {{ ref('fct_comparison') }} as comparisons
inner join {{ ref('dim_comparator_set') }} as sets on comparisons.comparator_set = sets.comparator_set
where
    comparisons.authority_code = '{{ var("authority", "dudley") }}'
    and comparisons.period_code = '{{ var("period", "2007-08") }}'
    and comparisons.indicator_code = '{{ var("indicator", "B17") }}'
order by comparisons.basis, comparisons.comparator_set
