-- Shires, metropolitan districts and unitaries as one each: numerators and denominators are added up, never values.
-- dbt compile --select types_of_authority_pooled --vars '{indicator: A1}'
select
    authorities.authority_type,
    facts.period_code,
    definitions.multiplier * sum(facts.numerator) / nullif(sum(facts.denominator), 0) as pooled_value,
    count(*) as authorities
from {{ ref('fct_indicator') }} as facts
inner join {{ ref('dim_authority') }} as authorities on facts.authority_code = authorities.authority_code
inner join {{ ref('dim_indicator') }} as definitions on facts.indicator_key = definitions.indicator_key
where
    facts.indicator_code = '{{ var("indicator", "A1") }}'
    and facts.basis = 'submitted'
    and facts.value is not null
    and facts.denominator is not null
group by authorities.authority_type, facts.period_code, definitions.multiplier
order by facts.period_code, authorities.authority_type
