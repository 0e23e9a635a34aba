-- Each comparison of figures that are money, and their changes, in the prices of one year.
with final as (
    select
        compared.authority_code,
        compared.period_code,
        compared.indicator_code,
        compared.basis,
        compared.comparator_set,
        compared.definition_version,
        indicators.unit,
        prices.base_period,
        prices.is_forecast or coalesce(prices_before.is_forecast, false) as is_forecast,
        compared.value,
        {{ in_real_terms('compared.value', 'prices.deflator') }} as value_real,
        compared.comparator_value,
        {{ in_real_terms('compared.comparator_value', 'prices.deflator') }} as comparator_value_real,
        compared.previous_value,
        {{ in_real_terms('compared.previous_value', 'prices_before.deflator') }} as previous_value_real,
        compared.change,
        {{ in_real_terms('compared.value', 'prices.deflator') }}
        - {{ in_real_terms('compared.previous_value', 'prices_before.deflator') }} as change_real
    from {{ ref('fct_comparison') }} as compared
    inner join {{ ref('dim_indicator') }} as indicators
        on
            compared.indicator_code = indicators.indicator_code
            and compared.definition_version = indicators.definition_version
    left join {{ ref('dim_deflator') }} as prices on compared.period_code = prices.period_code
    left join {{ ref('dim_deflator') }} as prices_before
        on {{ period_before('compared.period_code') }} = prices_before.period_code
    where {{ is_money('indicators.unit') }}
)

select * from final
