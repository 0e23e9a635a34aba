select submission_id, item_code, null as amount_code
from {{ ref('stg_pss_ex1__activity') }}
where {{ changed_returns('pss_ex1', 'authority_code', 'period_code') }}
group by submission_id, item_code
having count(*) > 1
union all
select submission_id, item_code, amount_code
from {{ ref('stg_pss_ex1__spend') }}
where {{ changed_returns('pss_ex1', 'authority_code', 'period_code') }}
group by submission_id, item_code, amount_code
having count(*) > 1
