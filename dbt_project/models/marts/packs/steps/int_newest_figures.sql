{{ config(materialized='table') }}
-- The newest figures of every council, of the indicators that packs are made of: looked up once for all that is said of
-- them.
with in_groups as (
    select distinct indicator_code from {{ ref('indicator_group') }}
),

final as (
    select figures.*
    from {{ ref('latest') }} as figures
    inner join in_groups on figures.indicator_code = in_groups.indicator_code
    where figures.place_kind = 'authority'
)

select * from final
