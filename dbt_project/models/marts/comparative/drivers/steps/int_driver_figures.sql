-- The figures of the nodes of the driver trees, one row per authority, period, basis and node.
with final as (
    select
        facts.authority_code,
        facts.period_code,
        facts.basis,
        formulas.tree_code,
        formulas.node_code,
        formulas.kind,
        formulas.indicator_code,
        formulas.definition_version,
        formulas.multiplier,
        formulas.comparable_with_previous,
        formulas.ingredients,
        facts.numerator,
        facts.denominator,
        facts.value,
        facts.missing_reason,
        facts.quality_rating
    from {{ ref('fct_indicator') }} as facts
    inner join {{ ref('int_driver_formulas') }} as formulas
        on
            facts.indicator_code = formulas.indicator_code
            and facts.definition_version = formulas.definition_version
            and facts.period_code >= formulas.from_period
            and facts.period_code <= coalesce(formulas.to_period, facts.period_code)
)

select * from final
