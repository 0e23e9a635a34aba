{# Equal to one millionth of the second; null when either is missing. #}
{% macro is_equal(one, other) -%}
    (abs({{ one }} - {{ other }}) <= 1e-6 * greatest(abs({{ other }}), 1e-9))
{%- endmacro %}
