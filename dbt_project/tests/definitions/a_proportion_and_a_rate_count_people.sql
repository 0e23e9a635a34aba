-- An interval rests on a count: money, percentages and measured time have none.
select
    indicators.indicator_code, indicators.definition_version, indicators.value_kind,
    measures.measure_code, measures.unit
from {{ ref('register_indicators') }} as indicators
inner join {{ ref('value_kinds') }} as kinds on indicators.value_kind = kinds.value_kind
inner join {{ ref('register_components') }} as components
    on
        indicators.indicator_code = components.indicator_code
        and indicators.definition_version = components.definition_version
inner join {{ ref('register_measures') }} as measures on components.measure_code = measures.measure_code
where
    kinds.no_interval_reason is null
    and (measures.unit not in ('children', 'people', 'households', 'placements') or components.weight <= 0)
