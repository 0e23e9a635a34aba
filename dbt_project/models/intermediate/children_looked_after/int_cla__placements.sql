{{ config(tags=['by_reading']) }}
-- The placements of each child as known in a year: when each began and why, how long it lasted, and whether
-- it counts in the year. One that does not says why not.
with rules as (
    {{ rules_of_parts() }}
),

ended as (
    select
        spells.*,
        rules.part_code,
        rules.min_days,
        rules.opening_day,
        case when last_dec <= {{ year_end('period_code') }} then last_dec end as ends_on
    from {{ ref('int_cla__placement_spells') }} as spells
    inner join rules
        on spells.steps_code = rules.steps_code and {{ holds_in('rules', 'spells.period_code') }}
),

measured as (
    select
        *,
        coalesce(ends_on - starts_on >= min_days, true) as is_long_enough,
        coalesce(
            case opening_day
                when 'included' then ends_on >= {{ year_start('period_code') }}
                else ends_on > {{ year_start('period_code') }}
            end,
            true
        ) as is_open_in_year
    from ended
),

final as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        steps_code,
        part_code,
        placement_number,
        period_of_care,
        starts_on,
        has_known_start,
        ends_on,
        began_because,
        first_place,
        place,
        placement_type,
        pl_distance,
        episodes,
        rules_broken,
        is_long_enough and is_open_in_year as is_counted,
        case
            when not is_open_in_year then 'ended before the year'
            when not is_long_enough then 'fewer days than a placement has to last'
        end as not_counted_because,
        lag(starts_on) over before_it as previous_starts_on,
        lag(has_known_start) over before_it as previous_has_known_start
    from measured
    window before_it as (
        partition by
            authority_code, period_code, recorded_from, child_id, part_code, period_of_care, is_long_enough
        order by placement_number
    )
)

select * from final
