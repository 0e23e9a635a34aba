{# A value as a number of which more is better; null where neither end is better. #}
{% macro merit(value, polarity) -%}
    case {{ polarity }} when 'low' then -1 * {{ value }} when 'high' then {{ value }} end
{%- endmacro %}

{# Which of so many equal parts of the ranks 1 to n a rank falls into; the first holds the best. #}
{% macro part_of_ranks(rank, n, parts) -%}
    (1 + ({{ rank }} - 1) * {{ parts }} / {{ n }})::integer
{%- endmacro %}
