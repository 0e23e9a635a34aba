-- Once one authority has a figure for a period, every member has a row for it.
select facts.period_code, facts.indicator_code, facts.basis, count(*) as shown
from {{ ref('fct_indicator') }} as facts
group by facts.period_code, facts.indicator_code, facts.basis
having count(
    *) <> (
    select count(*) from {{ ref('dim_authority') }}
    where is_member
)
