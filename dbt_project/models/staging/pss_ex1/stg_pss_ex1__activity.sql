{{ config(
    materialized='incremental',
    indexes=[{'columns': ['authority_code', 'period_code']}, {'columns': ['period_code']}],
    pre_hook="{{ clear(was_decided_of('pss_ex1')) }}"
) }}
-- The activity items of the returns that are or were in force.
with activity as (
    select base.*
    from {{ ref('base_pss_ex1__activity') }} as base
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on base.submission_id = submissions.submission_id
    where
        submissions.in_force_from is not null
        and base.return_code = 'pss_ex1'
        and base.item_code is not null
        and {{ changed_submissions('pss_ex1', 'base.submission_id') }}
),

final as (
    select
        submission_id,
        authority_code,
        period_code,
        file_id,
        file_name,
        line_number,
        column_number,
        item_code,
        unit,
        raw_value,
        quantity,
        -- An empty cell says that there is none of it; `..`, `-` and their like say that it is not known.
        coalesce(upper(btrim(raw_value)) in ('', 'NA'), true) as is_empty
    from activity
)

select * from final
