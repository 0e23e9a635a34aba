-- Readings that agree in all that touches a count give the same count.
with touching as (
    select
        divisions.division,
        array_agg(distinct decisions.decision_code) as decision_codes
    from (select distinct division from {{ ref('ssda903_measures') }}) as divisions
    inner join {{ ref('club_decisions') }} as decisions
        on string_to_array(decisions.touches, ' ') && array[divisions.division, 'all']
    group by divisions.division
),

readings as (
    select
        touching.division,
        readings.reading_code,
        {{ code_of_decisions('readings.chosen', 'taken.key = any(touching.decision_codes)') }}
            as what_touches,
        readings.from_period,
        readings.before_period
    from touching
    cross join {{ ref('int_readings') }} as readings
),

alike as (
    select
        division,
        from_period,
        what_touches,
        count(*) as readings
    from readings
    group by division, from_period, what_touches
)

select
    counts.authority_code,
    counts.period_code,
    counts.division,
    counts.category,
    readings.what_touches,
    min(counts.quantity) as lowest,
    max(counts.quantity) as highest
from {{ ref('int_cla__counts') }} as counts
inner join readings
    on
        counts.division = readings.division
        and counts.reading_code = readings.reading_code
        and {{ holds_in('readings', 'counts.period_code') }}
inner join alike
    on
        readings.division = alike.division
        and readings.from_period = alike.from_period
        and readings.what_touches is not distinct from alike.what_touches
where {{ changed_returns('ssda903', 'counts.authority_code', 'counts.period_code') }}
group by
    counts.authority_code, counts.period_code, counts.recorded_from, counts.division, counts.category,
    readings.from_period, readings.what_touches
having min(counts.quantity) <> max(counts.quantity) or count(*) <> max(alike.readings)
