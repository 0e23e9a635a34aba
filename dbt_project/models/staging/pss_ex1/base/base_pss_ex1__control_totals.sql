-- The control totals that are not checked yet, beside the sums over their councils' returns in force; the
-- checks read this view. What a council left open is no zero, but the publisher could only count what there
-- was: a total is at fault where nothing of that explains the difference.
with unchecked as (
    select
        submission_id,
        period_code
    from {{ source('ledger', 'submission') }}
    where return_code = 'pss_ex1_totals' and checked_at is null
),

councils as (
    select
        submission_id,
        sender as authority_code,
        period_code
    from {{ source('ledger', 'submission') }}
    where
        return_code = 'pss_ex1'
        and is_in_force
        and period_code in (select unchecked.period_code from unchecked)
),

-- Submissions are given as arrays: so they reach down into the views, and other years are not read.
totals as (
    select
        submission_id, sender as group_code, period_code, file_id, file_name, 'spend' as table_name,
        line_number, column_number, item_code, amount_code,
        line_code || ' ' || label as item_label, raw_value, amount as stated_total
    from {{ ref('base_pss_ex1__spend') }}
    where submission_id = any(array(select unchecked.submission_id from unchecked))
    union all
    select
        submission_id, sender as group_code, period_code, file_id, file_name, 'activity' as table_name,
        line_number, column_number, item_code, null as amount_code,
        label as item_label, raw_value, quantity as stated_total
    from {{ ref('base_pss_ex1__activity') }}
    where
        item_code is not null
        and submission_id = any(array(select unchecked.submission_id from unchecked))
),

figures as (
    select
        authority_code, period_code, 'spend' as table_name, item_code, amount_code, raw_value,
        amount as figure
    from {{ ref('base_pss_ex1__spend') }}
    where submission_id = any(array(select councils.submission_id from councils))
    union all
    select
        authority_code, period_code, 'activity' as table_name, item_code, null as amount_code, raw_value,
        quantity as figure
    from {{ ref('base_pss_ex1__activity') }}
    where
        item_code is not null
        and submission_id = any(array(select councils.submission_id from councils))
),

types as (
    {{ councils_with_types() }}
),

group_sizes as (
    {{ sizes_of_council_groups() }}
),

sums_of_types as (
    {{ sums_of_council_types() }}
),

sums as (
    {{ sums_of_council_groups() }}
),

compared as (
    {{ totals_beside_sums() }}
),

explained as (
    select
        *,
        {{ explanation_of_difference() }} as explanation
    from compared
),

final as (
    {{ control_totals_judged() }}
)

select * from final
