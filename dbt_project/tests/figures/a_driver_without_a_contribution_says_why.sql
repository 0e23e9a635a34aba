-- And one with a contribution has nothing to excuse.
select authority_code, period_code, basis, compared_with, node_code, contribution, missing_reason
from {{ ref('fct_driver') }}
where
    (contribution is null) <> (missing_reason is not null)
    and {{ changed_comparisons('period_code', 'basis') }}
