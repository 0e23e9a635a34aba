{{ config(materialized='view') }}
-- How fresh each sender's returns are and what waits, at this moment: over the ledger, so that it is true also while no
-- build succeeds.
with submissions as (
    select * from {{ ref('stg_ledger__submissions_now') }}
),

last_build as (
    select
        build_id,
        last_decision_id,
        finished_at
    from {{ ref('stg_ledger__build_runs') }}
    where build_id is not null
    order by build_id desc
    limit 1
),

found as (
    select
        submission_id,
        count(*) filter (where severity = 'critical') as critical,
        count(*) filter (where severity = 'warning') as warnings,
        count(*) filter (where severity = 'info') as notes
    from {{ ref('stg_ledger__findings') }}
    group by submission_id
),

final as (
    select
        submissions.sender,
        submissions.return_code,
        max(submissions.received_at) as last_received_at,
        max(submissions.checked_at) as last_checked_at,
        (array_agg(submissions.state order by submissions.submission_id desc))[1] as newest_state,
        max(submissions.period_code) filter (where submissions.is_in_force) as newest_period_in_force,
        count(*) as versions,
        count(*) filter (where submissions.is_in_force) as in_force,
        count(*) filter (where submissions.state = 'received') as not_checked,
        count(*) filter (where submissions.state = 'awaiting_sign_off') as awaiting_sign_off,
        count(*) filter (where submissions.state = 'quarantined') as quarantined,
        count(*) filter (where submissions.state = 'rejected' and submissions.is_newest) as rejected,
        -- Decided since the build that is read, so not in it yet.
        count(*) filter (
            where submissions.last_decision_id > coalesce(last_build.last_decision_id, 0)
        ) as not_built,
        coalesce(sum(found.critical) filter (where submissions.is_newest), 0)::bigint as critical_findings,
        coalesce(sum(found.warnings) filter (where submissions.is_newest), 0)::bigint as warnings,
        coalesce(sum(found.notes) filter (where submissions.is_newest), 0)::bigint as notes,
        max(last_build.build_id) as build_id,
        max(last_build.finished_at) as built_at
    from submissions
    left join last_build on true
    left join found on submissions.submission_id = found.submission_id
    group by submissions.sender, submissions.return_code
)

select * from final
