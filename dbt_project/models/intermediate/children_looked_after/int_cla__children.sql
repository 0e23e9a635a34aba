-- One row a child and year: what each count of children says of it. A child whose episodes do not tell is
-- `unknown` in that count, and neither in nor out.
{% set next_day = "(" ~ year_end('period_code') ~ " + 1)" %}
-- A start on 1 October or 1 April counts as whole months: they are counted back from the day after 31 March.
with durations as (
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
    from {{ ref('int_cla__children_in_year') }}
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
