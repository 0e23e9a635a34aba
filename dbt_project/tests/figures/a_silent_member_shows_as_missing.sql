-- Once one authority has a figure for a period, every member has a row for it.
select facts.period_code, facts.indicator_code, facts.basis, count(*) as members_shown
from {{ ref('fct_indicator') }} as facts
inner join {{ ref('dim_authority') }} as authorities on facts.authority_code = authorities.authority_code
where authorities.is_member and {{ changed_comparisons('facts.period_code', 'facts.basis') }}
group by facts.period_code, facts.indicator_code, facts.basis
having count(
    *) <> (
    select count(*) from {{ ref('dim_authority') }}
    where is_member
)
