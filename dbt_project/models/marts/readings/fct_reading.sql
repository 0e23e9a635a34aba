-- Authority x period x indicator x reading. A view: the figures are worked out after the marts, and put in the place of
-- those before all at once.
with final as (
    select * from {{ ref('stg_readings__readings') }}
)

select * from final
