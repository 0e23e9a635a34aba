-- And a value that is there has none.
select authority_code, period_code, measure_code as code, basis, value, missing_reason
from {{ ref('fct_measure') }}
where (value is null) <> (missing_reason is not null) and {{ changed_figures() }}
union all
select authority_code, period_code, indicator_code as code, basis, value, missing_reason
from {{ ref('fct_indicator') }}
where (value is null) <> (missing_reason is not null) and {{ changed_figures() }}
