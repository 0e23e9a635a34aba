-- The planner expects one row where a form has thousands; read whole, the forms are joined in seconds.
{{ config(pre_hook="set local enable_nestloop = off") }}

with submissions as (
    select * from {{ ref('stg_ledger__submissions') }}
    where is_in_force and return_code = 'pss_ex1_totals'
),

final as (
    select
        control_totals.submission_id,
        control_totals.group_code,
        control_totals.period_code,
        control_totals.file_name,
        control_totals.table_name,
        control_totals.line_number,
        control_totals.column_number,
        control_totals.item_code,
        control_totals.amount_code,
        control_totals.item_label,
        control_totals.stated_total,
        control_totals.sum_of_councils,
        control_totals.councils_counted,
        control_totals.councils_missing,
        control_totals.difference,
        control_totals.status,
        control_totals.reason
    from {{ ref('base_pss_ex1__control_totals') }} as control_totals
    inner join submissions on control_totals.submission_id = submissions.submission_id
)

select * from final
