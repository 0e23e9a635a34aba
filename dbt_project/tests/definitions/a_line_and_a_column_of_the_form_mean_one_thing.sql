select period_code, line_code as repeated
from {{ ref('pss_ex1_lines') }}
group by period_code, line_code
having count(*) > 1
union all
select period_code, service_code as repeated
from {{ ref('pss_ex1_lines') }}
group by period_code, service_code
having count(*) > 1
union all
select period_code, column_number::text as repeated
from {{ ref('pss_ex1_columns') }}
group by period_code, column_number
having count(*) > 1
union all
select period_code, amount_code as repeated
from {{ ref('pss_ex1_columns') }}
group by period_code, amount_code
having count(*) > 1
