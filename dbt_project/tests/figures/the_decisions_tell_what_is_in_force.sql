-- Staging reads it from the decisions, the ledger notes it beside each submission: one checks the other.
select known.submission_id
from {{ ref('stg_ledger__submissions') }} as known
inner join {{ source('ledger', 'submission') }} as submissions
    on known.submission_id = submissions.submission_id
where known.state <> submissions.state or known.is_in_force <> submissions.is_in_force
