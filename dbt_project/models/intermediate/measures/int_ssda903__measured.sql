{{ config(materialized='ephemeral') }}
-- The count behind each measure of a children's return, and of how many it cannot be told.
with states as (
    select * from {{ ref('int_ssda903__states') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
),

counts as (
    select *
    from {{ ref('int_cla__counts') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
),

divisions as (
    select
        authority_code,
        period_code,
        recorded_from,
        division,
        max(unknown) as unknown,
        max(of_all) as of_all
    from counts
    group by authority_code, period_code, recorded_from, division
),

final as (
    select
        states.submission_id,
        states.authority_code,
        states.period_code,
        states.recorded_at,
        states.recorded_from,
        states.recorded_to,
        measures.measure_code,
        measures.division,
        measures.category,
        measures.unknown_because,
        coalesce(counts.quantity, 0) as quantity,
        case when measures.category = 'unknown' then 0 else coalesce(divisions.unknown, 0) end
            as unknown,
        coalesce(divisions.of_all, 0) as of_all
    from states
    cross join {{ ref('ssda903_measures') }} as measures
    left join divisions
        on
            states.authority_code = divisions.authority_code
            and states.period_code = divisions.period_code
            and states.recorded_from = divisions.recorded_from
            and measures.division = divisions.division
    left join counts
        on
            states.authority_code = counts.authority_code
            and states.period_code = counts.period_code
            and states.recorded_from = counts.recorded_from
            and measures.division = counts.division
            and measures.category = counts.category
)

select * from final
