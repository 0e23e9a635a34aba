{#
  The figures of some indicators with what a reader sets beside them: its region and its type, where it stands among the
  region, and the change on the year before. `figure` and `figure_and_peers` lay them out as columns, a row an authority
  and period: a column is named by the figure and by what it says of it (b8_region_value).
#}
{% macro figures_and_peers(indicators) %}
    select
        facts.authority_code,
        facts.period_code,
        facts.indicator_code,
        facts.basis,
        facts.value,
        facts.lower_95,
        facts.upper_95,
        facts.missing_reason,
        facts.quality_rating,
        regions.comparator_value as region_value,
        regions.band as region_band,
        regions.funnel_position as region_position,
        regions.change,
        types.comparator_value as own_type_value
    from {{ ref('fct_indicator') }} as facts
    {%- for peers, comparator_set in [('regions', 'region'), ('types', 'own_type')] %}
    left join {{ ref('fct_comparison') }} as {{ peers }}
        on
            facts.authority_code = {{ peers }}.authority_code
            and facts.period_code = {{ peers }}.period_code
            and facts.indicator_code = {{ peers }}.indicator_code
            and facts.basis = {{ peers }}.basis
            and {{ peers }}.comparator_set = '{{ comparator_set }}'
            and {{ is_one_of(peers ~ '.indicator_code', indicators) }}
            and {{ changed_years(peers ~ '.period_code') }}
    {%- endfor %}
    where
        {{ is_one_of('facts.indicator_code', indicators) }}
        and {{ changed_years('facts.period_code') }}
{% endmacro %}

{# Without a basis, the rows hold one basis of an indicator. #}
{% macro figure(column, indicator, basis=none) -%}
    max({{ column }}) filter (
        where indicator_code = '{{ indicator }}'{% if basis %} and basis = '{{ basis }}'{% endif %}
    )
{%- endmacro %}

{# That of the first indicator of these which the year has, be it missing: one stands in for another only in other years. #}
{% macro figure_of_first(column, indicators) -%}
    case
        {%- for indicator in indicators %}
            when bool_or(indicator_code = '{{ indicator }}') then {{ figure(column, indicator) }}
        {%- endfor %}
    end
{%- endmacro %}

{% macro figure_and_peers(name, indicator, basis, columns) -%}
    {%- for column in columns %}
        {{ figure(column, indicator, basis) }} as {{ name }}_{{ column }}{% if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
