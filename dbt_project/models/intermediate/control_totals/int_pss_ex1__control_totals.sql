-- The planner expects one row where a form has thousands; read whole, the forms are joined in seconds.
{{ config(pre_hook="set local enable_nestloop = off") }}

with submissions as (
    select * from {{ ref('stg_ledger__submissions') }}
    where is_in_force and return_code = 'pss_ex1_totals'
),

final as (
    select control_totals.*
    from {{ ref('base_pss_ex1__control_totals') }} as control_totals
    inner join submissions on control_totals.submission_id = submissions.submission_id
)

select * from final
