-- Which indicators change when a measure does, in which role.
-- dbt compile --select which_figures_rest_on_a_measure --vars '{measure: cla_at_31_march}'
select
    definitions.indicator_code,
    definitions.definition_version,
    definitions.title,
    components.role,
    components.weight
from {{ ref('bridge_indicator_measure') }} as components
inner join {{ ref('dim_indicator') }} as definitions
    on
        components.indicator_code = definitions.indicator_code
        and components.definition_version = definitions.definition_version
where components.measure_code = '{{ var("measure", "cla_at_31_march") }}'
order by definitions.indicator_code, definitions.definition_version, components.role
