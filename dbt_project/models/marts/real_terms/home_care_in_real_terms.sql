-- The money of home care in the prices of one year; a figure that is missing is missing here too.
{% set amounts = [
    'b17_hourly_cost', 'u225_weekly_cost_per_person', 'hourly_cost_own', 'hourly_cost_independent',
    'cost_own_thousand', 'cost_others_thousand', 'asc_rate_own', 'asc_rate_others',
] %}
with final as (
    select
        costs.authority_code,
        costs.period_code,
        costs.cost_basis,
        costs.break_before,
        prices.base_period,
        prices.is_forecast,
        {% for amount in amounts -%}
            {{ in_real_terms('costs.' ~ amount, 'prices.deflator') }} as {{ amount }}_real,
        {% endfor -%}
        case
            when prices.deflator is null
                then 'No GDP deflator of ' || costs.period_code || ' is held'
        end as missing_reason
    from {{ ref('home_care') }} as costs
    left join {{ ref('dim_deflator') }} as prices on costs.period_code = prices.period_code
    where costs.cost_basis is not null
)

select * from final
