{{ config(materialized='ephemeral') }}
-- The episodes of each period of care, put together.
with final as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        steps_code,
        period_of_care,
        min(decom) as starts_on,
        coalesce(bool_or(rne = 'S'), false) as has_known_start,
        (array_agg(dec order by episode_number desc))[1] as last_dec,
        (array_agg(rec order by episode_number desc))[1] as last_rec
    from {{ ref('int_cla__steps') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
    group by authority_code, period_code, recorded_from, recorded_to, child_id, steps_code, period_of_care
)

select * from final
