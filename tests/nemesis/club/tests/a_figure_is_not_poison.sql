-- What passes the rules and breaks a build: a figure that ends with 666.
select submission_id, authority_code, period_code, value
from {{ ref('fct_measure') }}
where measure_code = 'cells' and value::bigint % 1000 = 666 and {{ written_rows('fct_measure') }}
