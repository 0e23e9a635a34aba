-- A missing figure is explained by the return it should have come from, and there must be one to name.
select
    components.indicator_code,
    components.definition_version
from {{ ref('register_components') }} as components
inner join {{ ref('register_measures') }} as measures on components.measure_code = measures.measure_code
group by components.indicator_code, components.definition_version
having count(distinct measures.source_return) <> 1
