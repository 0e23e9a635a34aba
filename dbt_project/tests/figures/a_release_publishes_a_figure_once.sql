-- Two rows for one figure would be added up.
select submission_id, authority_code, period_code, measure_code
from {{ ref('stg_dfe__placement_stability') }}
group by submission_id, authority_code, period_code, measure_code
having count(*) > 1
union all
select submission_id, authority_code, period_code, measure_code
from {{ ref('stg_dfe__lait') }}
group by submission_id, authority_code, period_code, measure_code
having count(*) > 1
