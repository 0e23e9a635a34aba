{{ config(materialized='ephemeral') }}
-- The prices and shares that the difference of a node is split by. Nothing can be said of a price that one
-- side does not have: it is taken as the other's, and all is mix.
with final as (
    select
        *,
        case when own_has_none then coalesce(other_value, 0) else own_value end as own_price,
        case when other_has_none then coalesce(own_value, 0) else other_value end as other_price,
        own_denominator / nullif(parent_own_denominator, 0) as own_share,
        other_denominator / nullif(parent_other_denominator, 0) as other_share,
        -- The parts of a mean are added, the factors of a product multiplied: each kind has its own
        -- check.
        case when kind = 'part' then own_numerator end as own_part,
        case when kind = 'part' then other_numerator end as other_part,
        case when kind = 'part' then own_denominator end as own_part_of_weight,
        case when kind = 'part' then other_denominator end as other_part_of_weight,
        ln(case when kind = 'factor' and own_value > 0 then own_value end) as own_log,
        ln(case when kind = 'factor' and other_value > 0 then other_value end) as other_log,
        case
            when not own_has_none and own_value is null then coalesce(own_missing_reason, 'no figure')
            when not other_has_none and other_value is null
                then coalesce(other_missing_reason, 'The denominator is zero')
            when kind = 'factor' and least(own_value, other_value) <= 0
                then 'It is zero, and a product with a zero cannot be split'
        end as complaint
    from {{ ref('int_driver_families') }}
)

select * from final
