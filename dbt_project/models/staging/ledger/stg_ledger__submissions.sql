{# A table: the planner has to know how many submissions there are. #}
{{ config(materialized='table', indexes=[{'columns': ['submission_id']}]) }}
-- Every submission that the ledger knew at the moment the models look from: how it stood then, and from when
-- to when its figures counted, all in all. All of it is told by the decisions.
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

spells as (
    select
        submission_id,
        min(in_force_from) as in_force_from,
        case when bool_and(in_force_to is not null) then max(in_force_to) end as in_force_to
    from {{ ref('stg_ledger__spells') }}
    group by submission_id
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
    left join spells on submissions.submission_id = spells.submission_id
)

select * from final
