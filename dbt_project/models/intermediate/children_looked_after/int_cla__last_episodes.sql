{{ config(materialized='ephemeral') }}
-- Where the child is on 31 March.
with final as (
    select distinct on (authority_code, period_code, recorded_from, child_id, steps_code)
        authority_code,
        period_code,
        recorded_from,
        child_id,
        steps_code,
        placement_number,
        period_of_care,
        cin
    from {{ ref('int_cla__steps') }}
    where
        (dec is null or dec > {{ year_end('period_code') }})
        and {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
    order by authority_code, period_code, recorded_from, child_id, steps_code, episode_number desc
)

select * from final
