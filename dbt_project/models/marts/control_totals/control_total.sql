{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook="{{ clear(changed_periods('period_code')) }}"
) }}
with final as (
    select
        group_code,
        period_code,
        table_name,
        item_code,
        coalesce(amount_code, 'quantity') as amount_code,
        item_label,
        stated_total::double precision as stated_total,
        sum_of_councils::double precision as sum_of_councils,
        councils_counted::integer as councils_counted,
        councils_missing::integer as councils_missing,
        difference::double precision as difference,
        status,
        reason,
        submission_id,
        file_name,
        line_number,
        column_number
    from {{ ref('int_pss_ex1__control_totals') }}
    where {{ changed_periods('period_code') }}
)

select * from final
