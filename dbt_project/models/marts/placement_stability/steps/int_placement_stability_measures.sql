{{ config(materialized='ephemeral') }}
-- The numbers of children and days that stand beside the indicators of placement stability.
with final as (
    select
        authority_code,
        period_code,
        max(value) filter (where measure_code = 'cla_at_31_march' and basis = 'published') as cla_at_31_march,
        max(value) filter (where measure_code = 'cla_at_31_march' and basis = 'submitted')
            as cla_at_31_march_from_episodes,
        max(value) filter (where measure_code = 'cla_placements_in_year' and basis = 'submitted')
            as placements_from_episodes,
        max(value) filter (where measure_code = 'days_foster' and basis = 'submitted') as days_in_foster_care,
        max(value) filter (where measure_code = 'days_homes' and basis = 'submitted') as days_in_homes,
        max(value) filter (where measure_code = 'cla_days_foster' and basis = 'submitted')
            as days_in_foster_care_from_episodes,
        max(value) filter (where measure_code = 'cla_days_homes' and basis = 'submitted')
            as days_in_homes_from_episodes
    from {{ ref('fct_measure') }}
    where {{ changed_years('period_code') }}
    group by authority_code, period_code
)

select * from final
