-- By which version of which indicator a node of a driver tree is computed, and in which years. What the
-- version is made of stands beside it, because a figure may be computed by the same formula under two
-- codes.
with ingredients as (
    select
        indicator_code,
        definition_version,
        string_agg(role || ' ' || weight || ' ' || measure_code, ', ' order by role, measure_code)
            as ingredients
    from {{ ref('register_components') }}
    group by indicator_code, definition_version
),

final as (
    select
        nodes.tree_code,
        nodes.node_code,
        nodes.kind,
        formulas.indicator_code,
        indicators.definition_version,
        indicators.multiplier::double precision as multiplier,
        indicators.comparable_with_previous,
        ingredients.ingredients,
        greatest(formulas.from_period, indicators.valid_from_period) as from_period,
        -- Of the two ends the one that is set, or the earlier.
        least(formulas.to_period, indicators.valid_to_period) as to_period
    from {{ ref('driver_formulas') }} as formulas
    inner join {{ ref('driver_nodes') }} as nodes on formulas.node_code = nodes.node_code
    inner join {{ ref('register_indicators') }} as indicators
        on
            formulas.indicator_code = indicators.indicator_code
            and formulas.from_period <= coalesce(indicators.valid_to_period, formulas.from_period)
            and coalesce(formulas.to_period, indicators.valid_from_period) >= indicators.valid_from_period
    left join ingredients
        on
            indicators.indicator_code = ingredients.indicator_code
            and indicators.definition_version = ingredients.definition_version
)

select * from final
