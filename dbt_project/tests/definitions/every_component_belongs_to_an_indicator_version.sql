select
    components.indicator_code,
    components.definition_version,
    components.measure_code
from {{ ref('register_components') }} as components
left join {{ ref('register_indicators') }} as indicators
    on
        components.indicator_code = indicators.indicator_code
        and components.definition_version = indicators.definition_version
where indicators.indicator_code is null
