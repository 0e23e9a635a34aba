-- Every control total of the publisher, beside the sum over its councils' returns in force. The checks read
-- this view too. What a council left open is no zero, but the publisher could only count what there was: a
-- total is at fault where nothing of that explains the difference.
with councils as (
    select
        submission_id,
        sender as authority_code,
        period_code
    from {{ source('ledger', 'submission') }}
    where return_code = 'pss_ex1' and is_in_force
),

totals as (
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

figures as (
    select
        councils.authority_code, councils.period_code, 'spend' as table_name,
        spend.item_code, spend.amount_code, spend.raw_value, spend.amount as figure
    from councils
    inner join {{ ref('base_pss_ex1__spend') }} as spend on councils.submission_id = spend.submission_id
    union all
    select
        councils.authority_code, councils.period_code, 'activity' as table_name,
        activity.item_code, null as amount_code, activity.raw_value, activity.quantity as figure
    from councils
    inner join {{ ref('base_pss_ex1__activity') }} as activity
        on councils.submission_id = activity.submission_id
    where activity.item_code is not null
),

{{ compare_control_totals() }}

select * from final
