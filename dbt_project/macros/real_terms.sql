{# Money of different years in the prices of one (models/marts/real_terms). #}

{# Whether a unit is money, or money for something: a share of money is not. #}
{% macro is_money(unit) -%}
    starts_with({{ unit }}, '£')
{%- endmacro %}

{# An amount in the prices of the base year, of which the deflator is 100. #}
{% macro in_real_terms(amount, deflator) -%}
    {{ amount }} * 100 / {{ deflator }}
{%- endmacro %}
