{{ config(materialized='table', tags=['published']) }}
-- The price level of each financial year, 100 in the base year: the one that is set, or the last year that is no forecast.
with levels as (
    select * from {{ ref('stg_hm_treasury__gdp_deflators') }}
),

bases as (
    select
        period_code as base_period,
        price_level as base_level,
        is_forecast as base_is_forecast
    from levels
    where
        {% if var('real_terms_base') -%}
            period_code = '{{ var("real_terms_base") }}'
        {%- else -%}
            not is_forecast
        {%- endif %}
    order by period_code desc
    limit 1
),

final as (
    select
        levels.period_code,
        bases.base_period,
        (100 * levels.price_level / bases.base_level)::double precision as deflator,
        levels.is_forecast or bases.base_is_forecast as is_forecast,
        levels.price_level::double precision as published_index,
        levels.release,
        levels.submission_id,
        levels.line_number
    from levels
    cross join bases
)

select * from final
