-- Where a line must not be drawn through, and why.
select distinct
    indicator_code,
    title,
    period_code,
    basis,
    break_before
from {{ ref('trend') }}
where break_before is not null
order by indicator_code, period_code, basis
