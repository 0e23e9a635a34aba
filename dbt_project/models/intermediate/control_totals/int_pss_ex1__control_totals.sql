{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook=[without_sorts(), "{{ clear(changed_periods('period_code')) }}"]
) }}
-- The control totals in force, each beside the sum of its councils. A council's new return concerns every
-- group of its year, so whole years are written anew.
with councils as (
    select
        submission_id,
        sender as authority_code,
        period_code
    from {{ ref('stg_ledger__submissions') }}
    where
        return_code = 'pss_ex1'
        and is_in_force
        and {{ changed_periods('period_code') }}
),

totals as (
    select * from {{ ref('stg_pss_ex1__control_totals') }}
    where {{ changed_periods('period_code') }}
),

-- What was stated: a cell that staging reads as none because its line proves it was left empty.
stated as (
    select
        submission_id, authority_code, period_code, 'spend' as table_name, item_code, amount_code, raw_value,
        case when not is_blank then amount end as figure
    from {{ ref('stg_pss_ex1__spend') }}
    where {{ changed_periods('period_code') }}
    union all
    select
        submission_id, authority_code, period_code, 'activity' as table_name, item_code, null as amount_code,
        raw_value, quantity as figure
    from {{ ref('stg_pss_ex1__activity') }}
    where {{ changed_periods('period_code') }}
),

figures as (
    select stated.*
    from stated
    inner join councils on stated.submission_id = councils.submission_id
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
