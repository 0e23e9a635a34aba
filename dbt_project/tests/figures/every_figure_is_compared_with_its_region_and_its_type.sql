-- Once with each, and no figure that there is not.
with figures as (
    select authority_code, period_code, indicator_code, basis, value
    from {{ ref('fct_indicator') }}
    where value is not null and {{ changed_comparisons('period_code', 'basis') }}
),

compared as (
    select
        authority_code, period_code, indicator_code, basis, value,
        count(*) filter (where comparator_set in ('region', 'own_type')) as of_region_and_type
    from {{ ref('fct_comparison') }}
    where {{ changed_comparisons('period_code', 'basis') }}
    group by authority_code, period_code, indicator_code, basis, value
)

select authority_code, period_code, indicator_code, basis, value, compared.of_region_and_type
from figures
full join compared using (authority_code, period_code, indicator_code, basis, value)
where figures.authority_code is null or compared.of_region_and_type is distinct from 2
