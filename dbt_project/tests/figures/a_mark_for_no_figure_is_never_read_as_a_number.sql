-- '..' and its like say that a figure is not known. An empty cell of the spend table may be zero, where the
-- form proves it, and never anything else.
select submission_id, item_code, raw_value, quantity
from {{ ref('stg_pss_ex1__activity') }}
where
    quantity is not null
    and (is_empty or raw_value !~ '[0-9]')
    and {{ changed_returns('pss_ex1', 'authority_code', 'period_code') }}
union all
select submission_id, item_code, raw_value, amount
from {{ ref('stg_pss_ex1__spend') }}
where
    amount <> 0
    and (is_blank or raw_value !~ '[0-9]')
    and {{ changed_returns('pss_ex1', 'authority_code', 'period_code') }}
