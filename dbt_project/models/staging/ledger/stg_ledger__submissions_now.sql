-- Every submission as it stands at this moment, whatever build is read: for those who run the club, never for a figure.
with last_decisions as (
    select
        submission_id,
        max(decision_id) as last_decision_id
    from {{ source('ledger', 'decision') }}
    group by submission_id
),

final as (
    select
        submissions.submission_id,
        submissions.sender,
        submissions.return_code,
        submissions.period_code,
        submissions.state,
        submissions.is_in_force,
        submissions.received_at,
        submissions.checked_at,
        last_decisions.last_decision_id,
        submissions.version = max(submissions.version) over (
            partition by submissions.sender, submissions.return_code, submissions.period_code
        ) as is_newest
    from {{ source('ledger', 'submission') }} as submissions
    left join last_decisions on submissions.submission_id = last_decisions.submission_id
)

select * from final
