select sender, return_code, period_code
from {{ ref('dim_submission') }}
where is_in_force
group by sender, return_code, period_code
having count(*) > 1
