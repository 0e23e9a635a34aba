{{ config(materialized='view') }}
-- Runs of builds of the last 90 days, also those that failed.
with nodes as (
    select
        build_run_id,
        count(*) filter (where kind = 'test' and status in ('pass', 'warn')) as tests_passed,
        count(*) filter (where status in ('error', 'fail', 'runtime error')) as nodes_failed,
        coalesce(sum(rows_written), 0)::bigint as rows_written
    from {{ ref('stg_ledger__build_nodes') }}
    group by build_run_id
),

final as (
    select
        runs.build_run_id,
        runs.build_id,
        case when runs.build_id is null then 'failed' else 'published' end as outcome,
        runs.started_at,
        runs.finished_at,
        extract(epoch from runs.finished_at - runs.started_at)::double precision as seconds,
        runs.is_full,
        runs.revision,
        coalesce(nodes.tests_passed, 0) as tests_passed,
        coalesce(nodes.nodes_failed, 0) as nodes_failed,
        coalesce(nodes.rows_written, 0) as rows_written
    from {{ ref('stg_ledger__build_runs') }} as runs
    left join nodes on runs.build_run_id = nodes.build_run_id
)

select * from final
