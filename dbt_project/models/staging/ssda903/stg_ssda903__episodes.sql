-- The episodes of care: each is one legal status in one placement. What a return said before it was sent
-- again is kept, because the counts that were made of it are.
with children as (
    {{ ssda903_rows('episodes') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        decom,
        rne,
        ls,
        cin,
        place,
        place_provider,
        dec,
        rec,
        reason_place_change,
        home_post_sector,
        pl_post_sector,
        placement_address_id,
        urn,
        age_at_start,
        age_at_end,
        pl_distance,
        pl_la,
        pl_location
    from children
)

select * from final
