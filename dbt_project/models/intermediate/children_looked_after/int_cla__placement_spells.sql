{{ config(materialized='ephemeral') }}
-- The episodes of each placement, put together: when it began and why, and where it was at either end.
with final as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        steps_code,
        placement_number,
        min(period_of_care) as period_of_care,
        min(decom) as starts_on,
        bool_or(has_known_start) as has_known_start,
        -- Open where the last episode is, or ends after the year.
        (array_agg(dec order by episode_number desc))[1] as last_dec,
        (array_agg(why order by episode_number))[1] as began_because,
        (array_agg(place order by is_temporary, episode_number))[1] as first_place,
        -- A temporary stay tells nothing of the placement it leads away from.
        (array_agg(place order by is_temporary, episode_number desc))[1] as place,
        (array_agg(placement_type order by is_temporary, episode_number desc))[1] as placement_type,
        (array_agg(pl_distance order by is_temporary, episode_number desc))[1] as pl_distance,
        count(*)::integer as episodes,
        string_agg(rules_broken, ' ' order by episode_number) as rules_broken
    from {{ ref('int_cla__steps') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
    group by authority_code, period_code, recorded_from, recorded_to, child_id, steps_code, placement_number
)

select * from final
