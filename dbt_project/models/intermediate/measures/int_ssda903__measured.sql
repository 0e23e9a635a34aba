{{ config(materialized='ephemeral') }}
-- What a children's return gives for each measure by each reading. A count that finds none is zero, as the return is
-- there; one that cannot be told of too many is missing, and one that cannot be told of some says so.
with states as (
    select * from {{ ref('int_ssda903__states') }}
    where
        {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
        and {{ is_read('recorded_to', 'submission_id') }}
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
        reading_code,
        division,
        max(unknown) as unknown,
        max(of_all) as of_all
    from counts
    group by authority_code, period_code, recorded_from, reading_code, division
),

measured as (
    select
        states.submission_id,
        states.authority_code,
        states.period_code,
        states.recorded_at,
        states.recorded_from,
        states.recorded_to,
        readings.reading_code,
        readings.max_unknown_percent,
        measures.measure_code,
        measures.division,
        measures.category,
        measures.unknown_because,
        coalesce(counts.quantity, 0) as quantity,
        case when measures.category = 'unknown' then 0 else coalesce(divisions.unknown, 0) end
            as unknown,
        coalesce(divisions.of_all, 0) as of_all
    from states
    inner join {{ ref('int_readings') }} as readings on {{ holds_in('readings', 'states.period_code') }}
    cross join {{ ref('ssda903_measures') }} as measures
    left join divisions
        on
            states.authority_code = divisions.authority_code
            and states.period_code = divisions.period_code
            and states.recorded_from = divisions.recorded_from
            and readings.reading_code = divisions.reading_code
            and measures.division = divisions.division
    left join counts
        on
            states.authority_code = counts.authority_code
            and states.period_code = counts.period_code
            and states.recorded_from = counts.recorded_from
            and readings.reading_code = counts.reading_code
            and measures.division = counts.division
            and measures.category = counts.category
),

judged as (
    select
        *,
        case division
            -- The distance is never told of a child placed for adoption; without a reference, of nobody.
            when 'distance' then unknown > 0 and unknown = of_all
            else unknown > of_all * max_unknown_percent / 100
        end as is_unknown,
        measure_code || ' is not known of ' || unknown || ' of ' || of_all || ': ' || unknown_because
            as what_is_unknown
    from measured
),

final as (
    select
        submission_id,
        authority_code,
        period_code,
        recorded_at,
        recorded_from,
        recorded_to,
        reading_code,
        measure_code,
        division,
        category,
        case when not is_unknown then quantity end as value,
        case when is_unknown then what_is_unknown end as missing_reason,
        case when unknown > 0 and not is_unknown then 'Left out: ' || what_is_unknown end as note
    from judged
)

select * from final
