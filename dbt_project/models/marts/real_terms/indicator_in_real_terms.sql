-- Each figure that is money, in the prices of one year.
with final as (
    select
        figures.authority_code,
        figures.period_code,
        figures.indicator_code,
        figures.basis,
        figures.definition_version,
        indicators.unit,
        figures.value,
        {{ in_real_terms('figures.value', 'prices.deflator') }} as value_real,
        prices.base_period,
        prices.is_forecast,
        case
            when figures.value is null then figures.missing_reason
            when prices.deflator is null
                then 'No GDP deflator of ' || figures.period_code || ' is held'
        end as missing_reason
    from {{ ref('fct_indicator') }} as figures
    inner join {{ ref('dim_indicator') }} as indicators
        on
            figures.indicator_code = indicators.indicator_code
            and figures.definition_version = indicators.definition_version
    left join {{ ref('dim_deflator') }} as prices on figures.period_code = prices.period_code
    where {{ is_money('indicators.unit') }}
)

select * from final
