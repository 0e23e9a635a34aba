-- One row a child and year: what each count of children says of it. A child whose episodes do not tell is
-- `unknown` in that count, and neither in nor out.
{% set next_day = "(" ~ year_end('period_code') ~ " + 1)" %}
with steps as (
    select *
    from {{ ref('int_cla__steps') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
),

children as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        max(submission_id) as submission_id,
        max(age_at_end) as age_at_end
    from steps
    group by authority_code, period_code, recorded_from, recorded_to, child_id
),

-- Where the child is on 31 March.
on_last_day as (
    select distinct on (authority_code, period_code, recorded_from, child_id)
        authority_code,
        period_code,
        recorded_from,
        child_id,
        placement_number,
        period_of_care,
        cin
    from steps
    where dec is null or dec > {{ year_end('period_code') }}
    order by authority_code, period_code, recorded_from, child_id, episode_number desc
),

placements_counted as (
    select
        authority_code,
        period_code,
        recorded_from,
        child_id,
        count(*) filter (where is_counted)::integer as placements_in_year,
        string_agg(rules_broken, ' ' order by placement_number) as rules_broken
    from {{ ref('int_cla__placements') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
    group by authority_code, period_code, recorded_from, child_id
),

in_year as (
    select
        authority_code,
        period_code,
        recorded_from,
        child_id,
        bool_or(started_in_year) as started_in_year,
        bool_or(ceased_in_year) as ceased_in_year,
        bool_or(adopted_in_year) as adopted_in_year
    from {{ ref('int_cla__periods_of_care') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
    group by authority_code, period_code, recorded_from, child_id
),

joined as (
    select
        children.*,
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
    inner join placements_counted using (authority_code, period_code, recorded_from, child_id)
    inner join in_year using (authority_code, period_code, recorded_from, child_id)
    left join on_last_day using (authority_code, period_code, recorded_from, child_id)
    left join {{ ref('int_cla__periods_of_care') }} as periods
        on
            children.authority_code = periods.authority_code
            and children.period_code = periods.period_code
            and children.recorded_from = periods.recorded_from
            and children.child_id = periods.child_id
            and on_last_day.period_of_care = periods.period_of_care
    left join {{ ref('int_cla__placements') }} as placements
        on
            children.authority_code = placements.authority_code
            and children.period_code = placements.period_code
            and children.recorded_from = placements.recorded_from
            and children.child_id = placements.child_id
            and on_last_day.placement_number = placements.placement_number
),

-- A start on 1 October or 1 April counts as whole months: they are counted back from the day after 31 March.
durations as (
    select
        *,
        looked_after_since
        <= {{ next_day }} - make_interval(months => {{ decision('long_term_months', 'integer') }})
            as is_known_long,
        looked_after_since
        <= {{ next_day }} - make_interval(months => {{ decision('adoption_months', 'integer') }})
            as is_known_half_a_year,
        same_placement_since
        <= {{ next_day }} - make_interval(months => {{ decision('same_placement_months', 'integer') }})
            as is_known_stable,
        is_at_31_march and coalesce(age_at_end < {{ decision('long_term_age', 'integer') }}, true)
            as may_be_under_age
    from joined
),

long_term as (
    select
        *,
        case
            when not may_be_under_age then null
            when not is_known_long and since_is_known then 'no'
            when not is_known_long or age_at_end is null then 'unknown'
            else 'yes'
        end as long_term
    from durations
),

final as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        submission_id,
        is_at_31_march,
        placements_in_year,
        is_at_31_march and placements_in_year >= 3 as has_three_or_more,
        looked_after_since,
        since_is_known,
        same_placement_since,
        placement_since_is_known,
        long_term,
        case
            when coalesce(long_term, 'no') <> 'yes' then long_term
            when is_known_stable then 'yes'
            when placement_since_is_known then 'no'
            else 'unknown'
        end as same_placement,
        case
            when not is_at_31_march then null
            when is_known_half_a_year then 'yes'
            when since_is_known then 'no'
            else 'unknown'
        end as half_a_year,
        started_in_year,
        ceased_in_year,
        adopted_in_year,
        age_at_end,
        case
            when not is_at_31_march then null
            when age_at_end is null then 'unknown'
            when age_at_end < 1 then 'under_1'
            when age_at_end < 5 then '1_to_4'
            when age_at_end < 10 then '5_to_9'
            when age_at_end < 16 then '10_to_15'
            else '16_and_over'
        end as age_band,
        case
            when not is_at_31_march then null
            when cin ~ '^N[1-8]$' then cin
            else 'unknown'
        end as need,
        place,
        case when is_at_31_march then coalesce(placement_type, 'unknown') end as placement_type,
        case
            when not is_at_31_march then null
            when pl_distance is null then 'unknown'
            when pl_distance > {{ decision('distant_miles', 'numeric') }} then 'over'
            else 'within'
        end as distance,
        rules_broken
    from long_term
)

select * from final
