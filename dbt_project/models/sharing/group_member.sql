-- Which indicators belong together, and with how many decimals each is shown.
with final as (
    select
        group_code,
        indicator_code,
        group_title,
        group_about,
        group_position,
        position,
        decimals
    from {{ ref('indicator_group') }}
)

select * from final
