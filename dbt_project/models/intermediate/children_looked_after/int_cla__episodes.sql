-- The episodes of each child as they were known when a year's return came, in their order. When a return is
-- sent again, what was known before is kept beside what is known from then on (recorded_from, recorded_to).
with ordered as (
    select
        *,
        row_number() over of_child as episode_number,
        -- Between the returns of two years something is not told: before it may lie another period of care.
        coalesce(
            coalesce(rne, '') <> 'S'
            and lag(dec) over of_child < decom
            and lag(told_in_period) over of_child < period_code,
            false
        ) as follows_gap
    from {{ ref('int_cla__known_episodes') }}
    window of_child as (
        partition by authority_code, period_code, recorded_from, child_id
        order by decom, dec nulls last, file_id, line_number
    )
),

final as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        episode_number::integer as episode_number,
        (
            count(*) filter (where rne = 'S' or follows_gap) over (
                partition by authority_code, period_code, recorded_from, child_id order by episode_number
            )
        )::integer as period_of_care,
        episode_number = 1 or follows_gap as is_first_known,
        submission_id,
        told_in_period,
        file_id,
        line_number,
        decom,
        rne,
        ls,
        cin,
        place,
        place_provider,
        dec,
        rec,
        placement_address_id,
        urn,
        pl_distance,
        age_at_end
    from ordered
)

select * from final
