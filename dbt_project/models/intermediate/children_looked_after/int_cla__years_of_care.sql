{{ config(materialized='ephemeral') }}
-- Whether a child came into care, left it or was adopted in a year.
with final as (
    select
        authority_code,
        period_code,
        recorded_from,
        child_id,
        steps_code,
        bool_or(started_in_year) as started_in_year,
        bool_or(ceased_in_year) as ceased_in_year,
        bool_or(adopted_in_year) as adopted_in_year
    from {{ ref('int_cla__periods_of_care') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
    group by authority_code, period_code, recorded_from, child_id, steps_code
)

select * from final
