-- Staging reads it from the decisions, the ledger notes it beside each submission: one checks the other.
select known.submission_id
from {{ ref('stg_ledger__submissions') }} as known
inner join {{ source('ledger', 'submission') }} as submissions
    on known.submission_id = submissions.submission_id
where
    (known.state <> submissions.state or known.is_in_force <> submissions.is_in_force)
    -- The ledger lives on while the models are built, and some of it may be left out to see what breaks a build.
    and {{ is_not_left_out('submissions.submission_id') }}
    and not exists (
        select 1
        from {{ source('ledger', 'decision') }} as decision
        inner join {{ source('ledger', 'submission') }} as decided
            on decision.submission_id = decided.submission_id
        where
            (
                decision.decision_id > {{ until_decision() }}
                or not {{ is_not_left_out('decided.submission_id') }}
            )
            and decided.sender = submissions.sender
            and decided.return_code = submissions.return_code
            and decided.period_code = submissions.period_code
    )
