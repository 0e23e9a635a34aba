select authority_code, period_code, recorded_from, child_id
from {{ ref('int_cla__children') }}
where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
group by authority_code, period_code, recorded_from, child_id
having count(*) > 1
