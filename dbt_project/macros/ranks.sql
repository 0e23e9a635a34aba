{# A value as a number of which more is better; null where neither end is better. #}
{% macro merit(value, polarity) -%}
    case {{ polarity }} when 'low' then -1 * {{ value }} when 'high' then {{ value }} end
{%- endmacro %}

{# Which fifth of the ranks 1 to n a rank falls into; the first holds the best. #}
{% macro fifth_of_ranks(rank, n) -%}
    (1 + ({{ rank }} - 1) * 5 / {{ n }})::integer
{%- endmacro %}
