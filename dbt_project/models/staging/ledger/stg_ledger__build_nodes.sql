-- What became of each node in the runs of builds.
with final as (
    select
        build_run_id,
        node,
        kind,
        status,
        seconds,
        rows as rows_written
    from {{ source('ledger', 'build_node') }}
)

select * from final
