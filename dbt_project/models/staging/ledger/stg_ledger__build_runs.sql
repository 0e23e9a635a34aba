-- Runs of builds of the last 90 days, with the build that each was published as.
with final as (
    select
        runs.build_run_id,
        runs.model_build_id as build_id,
        builds.last_decision_id,
        runs.started_at,
        runs.finished_at,
        runs.is_full,
        runs.revision
    from {{ source('ledger', 'build_run') }} as runs
    left join {{ source('ledger', 'model_build') }} as builds on runs.model_build_id = builds.model_build_id
)

select * from final
