-- What is late or rejected, by how many days, the longest first.
select
    authorities.name,
    statuses.return_code,
    statuses.period_code,
    statuses.status,
    statuses.due_on,
    -statuses.days_left as days_since_it_was_due
from {{ ref('return_status') }} as statuses
inner join {{ ref('dim_authority') }} as authorities on statuses.authority_code = authorities.authority_code
where statuses.status in ('late', 'rejected')
order by days_since_it_was_due desc nulls last, authorities.name, statuses.return_code, statuses.period_code
