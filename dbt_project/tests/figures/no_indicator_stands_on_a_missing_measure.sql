select indicators.authority_code, indicators.period_code, indicators.indicator_code, components.measure_code
from {{ ref('fct_indicator') }} as indicators
inner join {{ ref('int_indicator_components') }} as components
    on
        indicators.authority_code = components.authority_code
        and indicators.period_code = components.period_code
        and indicators.basis = components.basis
        and indicators.indicator_code = components.indicator_code
        and indicators.definition_version = components.definition_version
where
    indicators.value is not null
    and components.value is null
    and {{ changed_figures('indicators.authority_code', 'indicators.period_code', 'indicators.basis') }}
