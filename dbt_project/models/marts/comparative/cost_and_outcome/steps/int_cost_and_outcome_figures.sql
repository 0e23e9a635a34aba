{{ config(materialized='ephemeral') }}
-- Authorities that have both figures of a declared pair of cost and outcome; where no year has both, the
-- outcome is that of some years later.
with final as (
    select
        pairs.pair_code,
        pairs.cost_indicator_code,
        pairs.cost_basis,
        pairs.outcome_indicator_code,
        pairs.outcome_basis,
        costs.authority_code,
        costs.period_code,
        outcomes.period_code as outcome_period_code,
        costs.value as cost_value,
        outcomes.value as outcome_value,
        costs.quality_rating as cost_rating,
        outcomes.quality_rating as outcome_rating,
        definitions.polarity as outcome_polarity,
        pairs.caveat
    from {{ ref('cost_and_outcome_pairs') }} as pairs
    inner join {{ ref('fct_indicator') }} as costs
        on pairs.cost_indicator_code = costs.indicator_code and pairs.cost_basis = costs.basis
    inner join {{ ref('fct_indicator') }} as outcomes
        on
            pairs.outcome_indicator_code = outcomes.indicator_code
            and pairs.outcome_basis = outcomes.basis
            and costs.authority_code = outcomes.authority_code
            and outcomes.period_code = {{ years_later('costs.period_code', 'pairs.outcome_years_later') }}
    inner join {{ ref('dim_indicator') }} as definitions
        on
            outcomes.indicator_code = definitions.indicator_code
            and outcomes.definition_version = definitions.definition_version
    where
        costs.value is not null
        and outcomes.value is not null
)

select * from final
