-- A version without a numerator has no value; one that is computed needs a denominator too. A version whose
-- items the form does not ask for has neither.
select
    indicators.indicator_code,
    indicators.definition_version,
    indicators.value_kind,
    indicators.not_collected_reason,
    count(*) filter (where components.role = 'numerator') as numerators,
    count(*) filter (where components.role = 'denominator') as denominators
from {{ ref('register_indicators') }} as indicators
left join {{ ref('register_components') }} as components
    on
        indicators.indicator_code = components.indicator_code
        and indicators.definition_version = components.definition_version
group by
    indicators.indicator_code, indicators.definition_version, indicators.value_kind,
    indicators.not_collected_reason
having
    (count(*) filter (where components.role = 'numerator') = 0)
    <> (indicators.not_collected_reason is not null)
    or (count(*) filter (where components.role = 'denominator') = 0)
    <> (indicators.value_kind = 'published' or indicators.not_collected_reason is not null)
