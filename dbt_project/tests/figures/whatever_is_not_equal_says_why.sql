select authority_code, period_code, indicator_code, status, reason
from {{ ref('reconciliation') }}
where (status = 'equal') <> (reason is null)
