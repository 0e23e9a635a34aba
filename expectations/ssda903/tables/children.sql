-- A row for each child that occurs anywhere in the return.
with everybody as (
    select submission_id, child, 'header' as table_name from checking.ssda903_header
    union all
    select submission_id, child, 'episodes' as table_name from checking.ssda903_episodes
    union all
    select submission_id, child, 'oc2' as table_name from checking.ssda903_oc2
    union all
    select submission_id, child, 'oc3' as table_name from checking.ssda903_oc3
    union all
    select submission_id, child, 'other' as table_name from checking.ssda903_uasc
    union all
    select submission_id, child, 'other' as table_name from checking.ssda903_reviews
    union all
    select submission_id, child, 'other' as table_name from checking.ssda903_ad1
    union all
    select submission_id, child, 'other' as table_name from checking.ssda903_placed_adoption
    union all
    select submission_id, child, 'other' as table_name from checking.ssda903_prev_perm
    union all
    select submission_id, child, 'other' as table_name from checking.ssda903_missing
    union all
    select submission_id, child, 'other' as table_name from checking.ssda903_sw_episodes
    union all
    select submission_id, child, 'other' as table_name from checking.ssda903_dolo
),

children as (
    select
        submission_id,
        child,
        bool_or(table_name = 'header') as has_header,
        bool_or(table_name = 'episodes') as has_episodes,
        bool_or(table_name = 'oc2') as has_oc2,
        bool_or(table_name = 'oc3') as has_oc3
    from everybody
    where child is not null
    group by submission_id, child
),

births as (
    select distinct on (submission_id, child) submission_id, child, dob, sex
    from checking.ssda903_header
    where child is not null
    order by submission_id, child, line_number
),

-- Those who came alone to seek asylum, whichever of the two tables says so.
uasc as (
    select submission_id, child from checking.ssda903_header
    where is_uasc
    union
    select submission_id, child from checking.ssda903_uasc
    where is_uasc
),

-- Looked after for the twelve months to 31 March, as the return has it: told of in the year, and in it no
-- coming into care after its first day, no leaving and no short break. That care went on before the first
-- episode told (any reason for a new episode but S) and after the last (X1) is the return's own word; that an
-- episode is missing there, other rules say.
care as (
    select
        submission_id,
        child,
        coalesce(
            bool_or(decom <= year_end and (dec is null or dec >= year_start))
            and bool_or(
                (rne = 'S' and decom > year_start and decom <= year_end)
                or (rec is distinct from 'X1' and dec between year_start and year_end)
                or (ls in ('V3', 'V4') and decom <= year_end and (dec is null or dec >= year_start))
            ) is not true,
            false
        ) as is_continuous
    from checking.ssda903_episodes
    where child is not null
    group by submission_id, child
),

episodes as (
    select
        submission_id,
        child,
        min(decom) as first_decom,
        max(decom) filter (where is_latest) as latest_decom,
        max(dec) filter (where is_latest) as latest_dec,
        max(rec) filter (where is_latest) as latest_rec,
        max(line_number) filter (where is_latest) as latest_line_number,
        max(file_id) filter (where is_latest) as latest_file_id,
        bool_or(decom <= year_end and (dec is null or dec > year_end)) as looked_after_at_year_end
    from checking.ssda903_episodes
    where child is not null
    group by submission_id, child
)

select
    children.*,
    births.dob,
    births.sex,
    episodes.first_decom,
    episodes.latest_decom,
    episodes.latest_dec,
    episodes.latest_rec,
    episodes.latest_line_number,
    episodes.latest_file_id,
    coalesce(episodes.looked_after_at_year_end, false) as looked_after_at_year_end,
    coalesce(care.is_continuous, false) as continuously_looked_after,
    uasc.child is not null as is_uasc
from children
left join births on children.submission_id = births.submission_id and children.child = births.child
left join episodes on children.submission_id = episodes.submission_id and children.child = episodes.child
left join care on children.submission_id = care.submission_id and children.child = care.child
left join uasc on children.submission_id = uasc.submission_id and children.child = uasc.child
