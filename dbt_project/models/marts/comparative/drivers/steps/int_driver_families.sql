{{ config(materialized='ephemeral') }}
-- Each node of a driver tree beside the one above it.
with sides as (
    select * from {{ ref('int_driver_sides') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

final as (
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
)

select * from final
