{# A table: the planner has to know how many submissions there are. #}
{{ config(materialized='table', indexes=[{'columns': ['submission_id']}]) }}
-- Every submission that the ledger knew at the moment the models look from: how it stood then, and from when
-- to when its figures counted. All of it is told by the decisions.
with submissions as (
    select * from {{ source('ledger', 'submission') }}
    where received_at <= {{ as_known_on() }}
),

decisions as (
    select * from {{ source('ledger', 'decision') }}
    where
        decided_at <= {{ as_known_on() }}
        and decision_id <= {{ until_decision() }}
        and {{ is_not_left_out('submission_id') }}
),

states as (
    select distinct on (submission_id)
        submission_id,
        to_state as state
    from decisions
    order by submission_id, decision_id desc
),

-- What breaks a build is taken out as if it had never counted: nobody has read it.
quarantined as (
    select
        submission_id,
        max(decision_id) as decision_id
    from decisions
    where to_state = 'quarantined'
    group by submission_id
),

accepted as (
    select
        submissions.submission_id,
        submissions.sender,
        submissions.return_code,
        submissions.period_code,
        submissions.version,
        min(decisions.decided_at) as accepted_at,
        min(decisions.decision_id) as decision_id
    from submissions
    inner join decisions on submissions.submission_id = decisions.submission_id
    left join quarantined on submissions.submission_id = quarantined.submission_id
    where
        decisions.to_state in ('accepted', 'accepted_with_warnings')
        and decisions.decision_id > coalesce(quarantined.decision_id, 0)
    group by
        submissions.submission_id, submissions.sender, submissions.return_code, submissions.period_code,
        submissions.version
),

-- A late sign-off of an old version does not push out a newer one.
newest_of_their_time as (
    select
        *,
        max(version) over (
            partition by sender, return_code, period_code order by accepted_at, decision_id
        ) as newest_version
    from accepted
),

spells as (
    select
        submission_id,
        accepted_at as in_force_from,
        lead(accepted_at) over (
            partition by sender, return_code, period_code order by version
        ) as in_force_to
    from newest_of_their_time
    where version = newest_version
),

final as (
    select
        submissions.submission_id,
        submissions.sender,
        submissions.return_code,
        submissions.period_code,
        submissions.version,
        coalesce(states.state, 'received') as state,
        coalesce(spells.in_force_to is null and spells.in_force_from is not null, false) as is_in_force,
        spells.in_force_from,
        spells.in_force_to,
        submissions.collection,
        submissions.received_at
    from submissions
    left join states on submissions.submission_id = states.submission_id
    -- Two versions that were accepted in one go: the older one never counted.
    left join spells
        on
            submissions.submission_id = spells.submission_id
            and spells.in_force_from is distinct from spells.in_force_to
)

select * from final
