{{ config(
    schema='marts', materialized='incremental',
    pre_hook="{{ clear(changed_figures()) }}"
) }}
-- One figure for each slice in force.
with figures as (
    select
        cells.submission_id,
        cells.authority_code,
        cells.period_code,
        'submitted' as basis,
        'cells' as measure_code,
        sum(cells.quantity) as value
    from {{ ref('stg_cells') }} as cells
    inner join {{ ref('stg_ledger__submissions') }} as submissions on cells.submission_id = submissions.submission_id
    where submissions.is_in_force
    group by cells.submission_id, cells.authority_code, cells.period_code
    union all
    select submission_id, authority_code, period_code, 'submitted', 'children', children
    from {{ ref('int_children') }}
)

select * from figures
where {{ changed_figures() }}
