{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook="{{ clear(was_decided_of('pss_ex1_totals', 'group_code')) }}"
) }}
-- The cells of the publisher's control totals in force, of both tables of the form.
with cells as (
    select
        submission_id, sender as group_code, period_code, file_id, file_name, 'spend' as table_name,
        line_number, column_number, item_code, amount_code,
        line_code || ' ' || label as item_label, raw_value, amount as stated_total
    from {{ ref('base_pss_ex1__spend') }}
    where return_code = 'pss_ex1_totals'
    union all
    select
        submission_id, sender as group_code, period_code, file_id, file_name, 'activity' as table_name,
        line_number, column_number, item_code, null as amount_code,
        label as item_label, raw_value, quantity as stated_total
    from {{ ref('base_pss_ex1__activity') }}
    where return_code = 'pss_ex1_totals' and item_code is not null
),

final as (
    select cells.*
    from cells
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on cells.submission_id = submissions.submission_id
    where
        submissions.is_in_force
        and {{ changed_submissions('pss_ex1_totals', 'cells.submission_id') }}
)

select * from final
