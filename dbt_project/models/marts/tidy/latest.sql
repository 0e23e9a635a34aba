-- The newest figure of each indicator, of every place: one year and one basis for all, the last in which a member has a
-- figure, so that what stands beside each other is of one time.
with final as (
    select * from {{ ref('tidy') }}
    where is_latest
)

select * from final
