select authority_code, period_code, recorded_from, child_id, part_code
from {{ ref('int_cla__children') }}
where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
group by authority_code, period_code, recorded_from, child_id, part_code
having count(*) > 1
