-- What is rated below A and why, with the evidence, the worst and the newest first.
select
    authorities.name,
    quality.period_code,
    quality.indicator_code,
    definitions.title,
    quality.quality_rating,
    quality.reasons,
    quality.parts,
    quality.parts_assumed,
    quality.cells_warned,
    quality.warned_rules,
    quality.days_late,
    quality.times_restated
from {{ ref('fct_quality') }} as quality
inner join {{ ref('dim_authority') }} as authorities on quality.authority_code = authorities.authority_code
inner join {{ ref('dim_indicator') }} as definitions
    on
        quality.indicator_code = definitions.indicator_code
        and quality.definition_version = definitions.definition_version
where quality.quality_rating > 'A'
order by quality.quality_rating desc, quality.period_code desc, authorities.name, quality.indicator_code
