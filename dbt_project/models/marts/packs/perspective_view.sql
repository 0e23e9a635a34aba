-- Which figures of a group each kind of reader sees first. All of them are figures of the group: an opening
-- chooses and orders, it counts nothing anew.
with final as (
    select
        views.perspective,
        views.group_code,
        views.indicator_code,
        perspectives.position as perspective_position,
        perspectives.title as perspective_title,
        perspectives.asks,
        views.position
    from {{ ref('perspective_views') }} as views
    inner join {{ ref('perspectives') }} as perspectives on views.perspective = perspectives.perspective
)

select * from final
