-- After the year it is about, once, and when it has been open for a while.
select
    return_code, period_code, min(due_on) as first_due_on, max(due_on) as last_due_on
from {{ ref('return_calendar') }}
group by return_code, period_code
having count(*) > 1 or min(due_on) <= {{ year_end('period_code') }} or max(opens_on) >= min(due_on)
