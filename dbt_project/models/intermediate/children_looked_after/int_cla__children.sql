{{ config(tags=['by_reading']) }}
-- One row per child, year and part of a reading: what each count of children says of it. A child whose episodes do not tell is
-- `unknown` in that count, and neither in nor out.
with final as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        part_code,
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
            when pl_distance > distant_miles then 'over'
            else 'within'
        end as distance,
        rules_broken
    from {{ ref('int_cla__durations') }}
)

select * from final
