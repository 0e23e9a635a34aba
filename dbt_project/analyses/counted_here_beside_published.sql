-- The same indicator as counted from what was sent and as published, and how far they are apart.
select
    authorities.name,
    counted.period_code,
    counted.indicator_code,
    counted.value as counted_value,
    published.value as published_value,
    counted.value - published.value as difference
from {{ ref('fct_indicator') }} as counted
inner join {{ ref('fct_indicator') }} as published
    on
        counted.authority_code = published.authority_code
        and counted.period_code = published.period_code
        and counted.indicator_code = published.indicator_code
        and published.basis = 'published'
inner join {{ ref('dim_authority') }} as authorities on counted.authority_code = authorities.authority_code
where counted.basis = 'submitted' and counted.value is not null and published.value is not null
order by
    abs(counted.value - published.value) desc, authorities.name, counted.period_code, counted.indicator_code
