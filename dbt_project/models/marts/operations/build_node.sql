{{ config(materialized='view') }}
-- What became of each model, seed and test in each run of a build: where its time goes, and how that changes.
with final as (
    select
        nodes.build_run_id,
        nodes.node,
        nodes.kind,
        nodes.status,
        nodes.seconds,
        nodes.rows_written,
        runs.finished_at,
        runs.is_full,
        runs.revision
    from {{ ref('stg_ledger__build_nodes') }} as nodes
    inner join {{ ref('stg_ledger__build_runs') }} as runs on nodes.build_run_id = runs.build_run_id
)

select * from final
