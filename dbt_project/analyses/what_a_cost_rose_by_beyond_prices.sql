-- What a cost was in each year, in the money of the year and in that of one year: what is left is not prices.
-- dbt compile --select what_a_cost_rose_by_beyond_prices --vars '{authority: walsall, indicator: L294}'
select
    period_code,
    basis,
    value,
    value_real,
    base_period,
    value_real - lag(value_real) over (partition by basis order by period_code) as change_real,
    missing_reason
from {{ ref('indicator_in_real_terms') }}
where
    authority_code = '{{ var("authority", "walsall") }}'
    and indicator_code = '{{ var("indicator", "L294") }}'
order by basis, period_code
