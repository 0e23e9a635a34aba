{{ config(materialized='ephemeral') }}
-- Each node of a driver tree beside the one above it, with the prices and shares that a difference is split by.
with sides as (
    select * from {{ ref('int_driver_sides') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

measured as (
    select
        sides.*,
        nodes.parent_node_code,
        nodes.kind,
        nodes.label,
        parents.own_value as parent_own_value,
        parents.other_value as parent_other_value,
        parents.own_numerator as parent_own_numerator,
        parents.other_numerator as parent_other_numerator,
        parents.own_denominator as parent_own_denominator,
        parents.other_denominator as parent_other_denominator,
        -- A side that has none of a part has no price for it either.
        coalesce(nodes.kind = 'part' and sides.own_numerator = 0 and sides.own_denominator = 0, false)
            as own_has_none,
        coalesce(nodes.kind = 'part' and sides.other_numerator = 0 and sides.other_denominator = 0, false)
            as other_has_none
    from sides
    inner join {{ ref('driver_nodes') }} as nodes using (node_code)
    left join sides as parents
        on
            sides.authority_code = parents.authority_code
            and sides.period_code = parents.period_code
            and sides.basis = parents.basis
            and sides.compared_with = parents.compared_with
            and nodes.parent_node_code = parents.node_code
),

-- Nothing can be said of a price that one side does not have: it is taken as the other's, and all is
-- mix.
final as (
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
    from measured
)

select * from final
