-- After the year it is about, and once.
select
    return_code, period_code, min(due_on) as first_due_on, max(due_on) as last_due_on
from {{ ref('return_due_dates') }}
group by return_code, period_code
having count(*) > 1 or min(due_on) <= {{ year_end('period_code') }}
