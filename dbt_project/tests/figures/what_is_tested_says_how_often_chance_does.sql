-- A position beside a comparator comes with the chance of a false alarm among so many, and with an interval.
select
    comparisons.authority_code, comparisons.period_code, comparisons.indicator_code,
    comparisons.comparator_set, comparisons.n, comparisons.funnel_position,
    comparisons.false_alarm_probability
from {{ ref('fct_comparison') }} as comparisons
inner join {{ ref('fct_indicator') }} as facts using (authority_code, period_code, indicator_code, basis)
where
    {{ changed_comparisons('comparisons.period_code', 'comparisons.basis') }}
    and (
        (comparisons.funnel_position is null)
        <> (facts.lower_95 is null or comparisons.comparator_value is null)
        or (comparisons.funnel_position is null) <> (comparisons.false_alarm_probability is null)
        or abs(1 - comparisons.false_alarm_probability - power(0.95, comparisons.n)) > 1e-12
    )
