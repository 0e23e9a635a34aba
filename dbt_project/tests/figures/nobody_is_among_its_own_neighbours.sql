select comparator_set, comparator_group, period_code, authority_code
from {{ ref('bridge_comparator_member') }}
where comparator_set = 'statistical_neighbours' and authority_code = comparator_group
union all
select comparator_set, comparator_group, period_code, authority_code
from {{ ref('fct_comparison') }}
where
    comparator_set = 'statistical_neighbours'
    and (is_in_baseline or comparator_group <> authority_code)
    and {{ changed_comparisons('period_code', 'basis') }}
