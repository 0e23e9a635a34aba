{{ config(materialized='ephemeral') }}
-- One row per child and year: what its placements and periods of care come to, and where it is on 31 March.
with children as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        steps_code,
        max(submission_id) as submission_id,
        max(age_at_end) as age_at_end
    from {{ ref('int_cla__steps') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
    group by authority_code, period_code, recorded_from, recorded_to, child_id, steps_code
),

final as (
    select
        children.*,
        placements_counted.part_code,
        placements_counted.placements_in_year,
        placements_counted.rules_broken,
        in_year.started_in_year,
        in_year.ceased_in_year,
        in_year.adopted_in_year,
        on_last_day.child_id is not null as is_at_31_march,
        on_last_day.cin,
        periods.starts_on as looked_after_since,
        periods.has_known_start as since_is_known,
        placements.place,
        placements.placement_type,
        placements.pl_distance,
        -- A placement for adoption is taken together with the one before it.
        case
            when placements.first_place in ('A3', 'A4', 'A5', 'A6')
                then coalesce(placements.previous_starts_on, placements.starts_on)
            else placements.starts_on
        end as same_placement_since,
        case
            when placements.first_place in ('A3', 'A4', 'A5', 'A6')
                then coalesce(placements.previous_has_known_start, periods.has_known_start)
            else placements.has_known_start
        end as placement_since_is_known
    from children
    inner join {{ ref('int_cla__years_of_placements') }} as placements_counted
        using (authority_code, period_code, recorded_from, child_id, steps_code)
    inner join {{ ref('int_cla__years_of_care') }} as in_year
        using (authority_code, period_code, recorded_from, child_id, steps_code)
    left join {{ ref('int_cla__last_episodes') }} as on_last_day
        using (authority_code, period_code, recorded_from, child_id, steps_code)
    left join {{ ref('int_cla__periods_of_care') }} as periods
        on
            children.authority_code = periods.authority_code
            and children.period_code = periods.period_code
            and children.recorded_from = periods.recorded_from
            and children.child_id = periods.child_id
            and children.steps_code = periods.steps_code
            and on_last_day.period_of_care = periods.period_of_care
    left join {{ ref('int_cla__placements') }} as placements
        on
            children.authority_code = placements.authority_code
            and children.period_code = placements.period_code
            and children.recorded_from = placements.recorded_from
            and children.child_id = placements.child_id
            and placements_counted.part_code = placements.part_code
            and on_last_day.placement_number = placements.placement_number
)

select * from final
