select authority_code, period_code, measure_code, basis
from {{ ref('int_measures') }}
group by authority_code, period_code, measure_code, basis
having count(*) > 1
