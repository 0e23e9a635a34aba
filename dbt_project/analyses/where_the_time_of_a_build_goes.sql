-- The slowest models and tests of the last full build, beside how long they took on average in those before.
with last_full as (
    select max(build_run_id) as build_run_id
    from {{ ref('build_run') }}
    where is_full and outcome = 'published'
)

select
    nodes.node,
    nodes.kind,
    nodes.seconds,
    avg(earlier.seconds) as seconds_before,
    nodes.rows_written
from {{ ref('build_node') }} as nodes
inner join last_full on nodes.build_run_id = last_full.build_run_id
left join {{ ref('build_node') }} as earlier
    on
        nodes.node = earlier.node
        and nodes.build_run_id > earlier.build_run_id
        and earlier.is_full
group by nodes.node, nodes.kind, nodes.seconds, nodes.rows_written
order by nodes.seconds desc, nodes.node
limit 20
