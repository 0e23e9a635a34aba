{# Indicator and version as one text, for tools that join by a single column. #}
{% macro indicator_key(figures) -%}
    {{ figures }}.indicator_code || '@' || {{ figures }}.definition_version
{%- endmacro %}

{#
  An indicator is multiplier x sum(weight x numerator measures) / sum(weight x denominator measures). It is worked out from
  what is known now and from what was known before; that is said here once.
#}

{# The components of each version of an indicator, with the years in which it is valid and how it is worked out. #}
{% macro components_of_versions() %}
    select
        components.indicator_code,
        components.definition_version,
        components.role,
        components.measure_code,
        components.weight,
        indicators.value_kind,
        indicators.multiplier,
        indicators.valid_from_period,
        indicators.valid_to_period
    from {{ ref('register_components') }} as components
    inner join {{ ref('register_indicators') }} as indicators
        on
            components.indicator_code = indicators.indicator_code
            and components.definition_version = indicators.definition_version
{% endmacro %}

{# The weighted sum of the components of one role; missing where one of them is. #}
{% macro sum_of_components(role) -%}
    case
        when bool_and(value is not null) filter (where role = '{{ role }}')
            then sum(weight * value) filter (where role = '{{ role }}')
    end
{%- endmacro %}

{% macro value_of_indicator() -%}
    case
        when value_kind = 'published' then multiplier * numerator
        when denominator <> 0 then multiplier * numerator / denominator
    end
{%- endmacro %}

{# Why there is no value, where that is not said by `component_reason`. #}
{% macro reason_of_missing_indicator(component_reason) -%}
    case
        when value_kind = 'published' and numerator is not null then null
        when numerator is null or (denominator is null and value_kind <> 'published')
            then {{ component_reason }}
        when denominator = 0 then 'The denominator is zero'
    end
{%- endmacro %}

{# Why a component is missing: its own reason, or that there is no return to take it from. #}
{% macro reason_of_missing_component(measures) -%}
    coalesce(
        {{ measures }}.missing_reason,
        case when {{ measures }}.submission_id is null then 'no return in force' end
    )
{%- endmacro %}
