{{ config(schema='staging', materialized='incremental', pre_hook="{{ clear(was_decided_of('pss_ex1')) }}") }}
-- The numbers in returns that are or were in force, slice by slice, as the real models of a form take them in.
select
    submissions.submission_id,
    submissions.sender as authority_code,
    submissions.period_code,
    cells.line_number,
    cells.column_number,
    cells.value::numeric as quantity
from {{ source('raw', 'pss_ex1_cells') }} as cells
inner join {{ ref('stg_ledger__submissions') }} as submissions on cells.submission_id = submissions.submission_id
where
    submissions.in_force_from is not null
    and cells.value ~ '^[0-9]{1,6}$'
    and {{ changed_submissions('pss_ex1', 'cells.submission_id') }}
