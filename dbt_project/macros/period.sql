{# 2023 as the year that starts on 1 April 2023 -> '2023-24'; with '/', the academic year 2023/24. #}
{% macro year_starting(year, separator='-') -%}
    (({{ year }})::text || '{{ separator }}' || lpad(((({{ year }}) + 1) % 100)::text, 2, '0'))
{%- endmacro %}
