-- "An empty part is none" holds for a measure as a whole, or not at all.
select measure_code, from_period
from {{ ref('pss_ex1_measures') }}
group by measure_code, from_period
having count(distinct blank_parts) > 1
