-- Two rows for one figure would be added up.
select authority_code, period_code, measure_code
from {{ ref('int_published__measure_sources') }}
where recorded_to is null
group by authority_code, period_code, measure_code
having count(*) > 1
