-- Each episode with those before and after it of the same child.
with births as (
    select distinct on (submission_id, child) submission_id, child, dob, sex
    from checking.ssda903_header
    order by submission_id, child, line_number
),

ordered as (
    select
        typed.*,
        row_number() over episodes as episode_number,
        lead(typed.line_number) over episodes is null as is_latest,
        lag(typed.line_number) over episodes as prev_line_number,
        lag(typed.decom) over episodes as prev_decom,
        lag(typed.rne) over episodes as prev_rne,
        lag(typed.ls) over episodes as prev_ls,
        lag(typed.cin) over episodes as prev_cin,
        lag(typed.place) over episodes as prev_place,
        lag(typed.place_provider) over episodes as prev_place_provider,
        lag(typed.dec) over episodes as prev_dec,
        lag(typed.rec) over episodes as prev_rec,
        lag(typed.reason_place_change) over episodes as prev_reason_place_change,
        lag(typed.home_post) over episodes as prev_home_post,
        lag(typed.pl_post) over episodes as prev_pl_post,
        lag(typed.urn) over episodes as prev_urn,
        lead(typed.line_number) over episodes as next_line_number,
        lead(typed.decom) over episodes as next_decom,
        lead(typed.rne) over episodes as next_rne,
        lead(typed.ls) over episodes as next_ls,
        lead(typed.cin) over episodes as next_cin,
        lead(typed.place) over episodes as next_place,
        lead(typed.place_provider) over episodes as next_place_provider,
        lead(typed.dec) over episodes as next_dec,
        lead(typed.rec) over episodes as next_rec,
        lead(typed.reason_place_change) over episodes as next_reason_place_change,
        lead(typed.home_post) over episodes as next_home_post,
        lead(typed.pl_post) over episodes as next_pl_post,
        lead(typed.urn) over episodes as next_urn
    from typed
    window episodes as (
        -- Rows without a child are nobody's neighbours.
        partition by
            typed.submission_id, typed.child, case when typed.child is null then typed.line_number end
        order by typed.decom nulls last, typed.dec nulls last, typed.line_number
    )
)

select
    ordered.*,
    births.dob,
    births.sex,
    home.la_code as home_la,
    placement.la_code as pl_la,
    case
        when placement.la_code is null then null
        when placement.la_code = authorities.gss_code then 'IN'
        else 'OUT'
    end as pl_location,
    -- Statute miles between the two postcodes, in a straight line; the references are metres.
    round((
        sqrt((home.easting - placement.easting) ^ 2 + (home.northing - placement.northing) ^ 2)
        / 1609.344
    )::numeric, 1) as pl_distance,
    case
        when last_years.submission_id is not null
            then raw.postcode_token(ordered.authority_code, ordered.home_post)
    end as home_post_token,
    case
        when last_years.submission_id is not null
            then raw.postcode_token(ordered.authority_code, ordered.pl_post)
    end as pl_post_token
from ordered
left join births on ordered.submission_id = births.submission_id and ordered.child = births.child
left join raw.reference_postcodes as home on replace(ordered.home_post, ' ', '') = home.postcode
left join raw.reference_postcodes as placement on replace(ordered.pl_post, ' ', '') = placement.postcode
left join checking.ssda903_authorities as authorities on ordered.authority_code = authorities.authority_code
left join checking.ssda903_last_years as last_years on ordered.submission_id = last_years.submission_id
