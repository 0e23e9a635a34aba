-- Whatever return of the authority and year was decided: that of one must not bring another in again.
select submission_id, item_code, null as amount_code
from {{ ref('stg_pss_ex1__activity') }}
where {{ changed_figures(basis="'submitted'") }}
group by submission_id, item_code
having count(*) > 1
union all
select submission_id, item_code, amount_code
from {{ ref('stg_pss_ex1__spend') }}
where {{ changed_figures(basis="'submitted'") }}
group by submission_id, item_code, amount_code
having count(*) > 1
