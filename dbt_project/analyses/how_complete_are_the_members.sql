-- Of how many indicators each member has a figure, year by year.
select
    authorities.name,
    facts.period_code,
    count(*) filter (where facts.value is not null) as with_a_figure,
    count(*) as indicators,
    mode() within group (order by facts.missing_reason) as most_frequent_reason
from {{ ref('fct_indicator') }} as facts
inner join {{ ref('dim_authority') }} as authorities on facts.authority_code = authorities.authority_code
where authorities.is_member and facts.basis = 'submitted'
group by authorities.name, facts.period_code
order by authorities.name, facts.period_code
