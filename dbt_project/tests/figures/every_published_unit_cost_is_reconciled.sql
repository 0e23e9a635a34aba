-- A unit cost that the register does not know would drop out in silence; so would one it knows twice in a
-- year.
select
    published.authority_code, published.period_code, published.unit_cost_ref,
    count(compared.indicator_code) as rows_found
from {{ ref('stg_nhs_ic__unit_costs') }} as published
left join {{ ref('reconciliation') }} as compared
    on
        published.authority_code = compared.authority_code
        and published.period_code = compared.period_code
        and published.unit_cost_ref = compared.unit_cost_ref
group by published.authority_code, published.period_code, published.unit_cost_ref
having count(compared.indicator_code) <> 1
