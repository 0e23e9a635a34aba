{{ config(materialized='ephemeral') }}
-- How many placements of a child count in a year.
with final as (
    select
        authority_code,
        period_code,
        recorded_from,
        child_id,
        steps_code,
        part_code,
        count(*) filter (where is_counted)::integer as placements_in_year,
        string_agg(rules_broken, ' ' order by placement_number) as rules_broken
    from {{ ref('int_cla__placements') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
    group by authority_code, period_code, recorded_from, child_id, steps_code, part_code
)

select * from final
