-- Which indicators a pack is made of, in its order, with what a reader has to know of each.
with final as (
    select
        members.group_code,
        members.indicator_code,
        groups.title as group_title,
        groups.about as group_about,
        groups.position as group_position,
        members.position,
        members.decimals,
        members.has_pictures,
        notes.why_it_matters,
        notes.what_good_looks_like,
        notes.caveats,
        notes.written_by,
        notes.checked_by,
        notes.reviewed_on,
        notes.review_due
    from {{ ref('indicator_group_members') }} as members
    inner join {{ ref('indicator_groups') }} as groups on members.group_code = groups.group_code
    left join {{ ref('indicator_notes') }} as notes on members.indicator_code = notes.indicator_code
)

select * from final
