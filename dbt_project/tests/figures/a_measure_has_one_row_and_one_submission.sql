select authority_code, period_code, measure_code, basis
from {{ ref('int_measures') }}
where {{ changed_figures() }}
group by authority_code, period_code, measure_code, basis
having count(*) > 1
