-- No more than half lie below a median, and no more than half above it.
select pair_code, period_code, comparator_set, comparator_group, max(n) as n
from {{ ref('mart_cost_and_outcome') }}
where {{ changed_years('period_code') }}
group by pair_code, period_code, comparator_set, comparator_group
having
    count(*) <> max(n)
    or greatest(
        count(*) filter (where cost_position = 'lower'),
        count(*) filter (where cost_position = 'higher'),
        count(*) filter (where outcome_position = 'better'),
        count(*) filter (where outcome_position = 'worse')
    ) * 2 > max(n)
