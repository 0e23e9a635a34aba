{{ config(
    materialized='incremental',
    indexes=[{'columns': ['authority_code', 'period_code']}, {'columns': ['period_code']}],
    pre_hook="{{ clear(was_decided_of('pss_ex1')) }}"
) }}
-- The money cells of the returns that are or were in force. A cell left empty counts as nothing only where
-- the form proves it: the line's own total, of expenditure or of income, equals the sum of the entries made.
{% set spent = "('own_provision', 'provision_by_others', 'grants_to_voluntary')" %}
{% set earned = "('client_contributions', 'joint_arrangements', 'nhs_income', 'other_income')" %}

with spend as (
    select base.*
    from {{ ref('base_pss_ex1__spend') }} as base
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on base.submission_id = submissions.submission_id
    where
        submissions.in_force_from is not null
        and base.return_code = 'pss_ex1'
        and {{ changed_submissions('pss_ex1', 'base.submission_id') }}
),

line_totals as (
    select
        submission_id,
        line_code,
        sum(amount) filter (where amount_code in {{ spent }}) as sum_spent,
        max(amount) filter (where amount_code = 'total_expenditure') as total_spent,
        sum(amount) filter (where amount_code in {{ earned }}) as sum_earned,
        max(amount) filter (where amount_code = 'total_income') as total_earned
    from spend
    group by submission_id, line_code
),

final as (
    select
        spend.submission_id,
        spend.authority_code,
        spend.period_code,
        spend.file_id,
        spend.file_name,
        spend.line_number,
        spend.column_number,
        spend.line_code,
        spend.item_code,
        spend.amount_code,
        spend.raw_value,
        coalesce(
            spend.amount,
            -- A form kept in a spreadsheet carries the last binary digits of its sums.
            case
                when
                    spend.is_missing
                    and spend.amount_code in {{ spent }}
                    and abs(line_totals.total_spent - coalesce(line_totals.sum_spent, 0)) < 0.0005
                    then 0
                when
                    spend.is_missing
                    and spend.amount_code in {{ earned }}
                    and abs(line_totals.total_earned - coalesce(line_totals.sum_earned, 0)) < 0.0005
                    then 0
            end
        ) as amount,
        spend.amount is null as is_blank
    from spend
    inner join line_totals
        on spend.submission_id = line_totals.submission_id and spend.line_code = line_totals.line_code
)

select * from final
