-- Figures that are not simply as sent, with what was assumed or left out, newest year first.
select
    authorities.name,
    facts.period_code,
    facts.indicator_code,
    definitions.title,
    facts.value,
    definitions.unit,
    facts.quality_rating,
    facts.note
from {{ ref('fct_indicator') }} as facts
inner join {{ ref('dim_authority') }} as authorities on facts.authority_code = authorities.authority_code
inner join {{ ref('dim_indicator') }} as definitions
    on
        facts.indicator_code = definitions.indicator_code
        and facts.definition_version = definitions.definition_version
where facts.note is not null and facts.value is not null
order by facts.period_code desc, authorities.name, facts.indicator_code
