-- The interval holds the figure, lies within -1 and 1, and is missing only where the figure is 1 or -1
-- or missing too.
select
    pair_code, period_code, comparator_set, comparator_group, n, correlation, lower_95, upper_95,
    missing_reason
from {{ ref('cost_and_outcome_correlation') }} as correlations
inner join {{ ref('int_decisions') }} as decisions on {{ holds_in('decisions', 'correlations.period_code') }}
where
    (
        (correlation is null) <> (missing_reason is not null)
        or (correlation is not null and n < decisions.min_correlation_points)
        or (abs(correlation) < 1) <> (lower_95 is not null and upper_95 is not null)
        or not (-1 <= lower_95 and lower_95 < correlation and correlation < upper_95 and upper_95 <= 1)
    )
    and {{ changed_years('period_code') }}
