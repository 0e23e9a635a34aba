-- A version without a numerator has no value; one that is computed needs a denominator too.
select
    indicators.indicator_code,
    indicators.definition_version,
    indicators.value_kind,
    count(*) filter (where components.role = 'numerator') as numerators,
    count(*) filter (where components.role = 'denominator') as denominators
from {{ ref('register_indicators') }} as indicators
left join {{ ref('register_components') }} as components
    on
        indicators.indicator_code = components.indicator_code
        and indicators.definition_version = components.definition_version
group by indicators.indicator_code, indicators.definition_version, indicators.value_kind
having
    count(*) filter (where components.role = 'numerator') = 0
    or (count(*) filter (where components.role = 'denominator') = 0) <> (indicators.value_kind = 'published')
