{# 2024 as the year ending 31 March 2024 -> '2023-24'. #}
{% macro period_ending(year) -%}
    (({{ year }})::int - 1)::text || '-' || lpad((({{ year }})::int % 100)::text, 2, '0')
{%- endmacro %}
