{{ config(materialized='ephemeral') }}
-- Days of care as PSS EX1 states them, of the kinds that episodes can be counted for.
with final as (
    select
        authority_code,
        period_code,
        measure_code,
        value,
        submission_id,
        missing_reason
    from {{ ref('fct_measure') }}
    where
        basis = 'submitted'
        and measure_code in (
            select form_item from {{ ref('placement_types') }}
            union
            select form_item_short_term from {{ ref('placement_types') }}
        )
)

select * from final
