select indicator_code, period_code
from {{ ref('pss_ex1_usual_unit_costs') }}
group by indicator_code, period_code
having count(*) > 1 or not bool_and(lowest <= median and median <= highest and lowest > 0)
