{#
  One end of the 95 % interval of a rank correlation r of n points: Fisher's z transformation with the standard error that
  Bonett and Wright (2000, Psychometrika 65:23-28) give for Spearman's coefficient, the square root of
  (1 + r^2 / 2) / (n - 3). Null where the transformation has no value, at r = 1 and r = -1, and under four points.
#}
{% macro rank_correlation_bound(r, n, side) -%}
    case
        when abs({{ r }}) < 1 and {{ n }} > 3
            then
                tanh(
                    atanh({{ r }})
                    {{ '-' if side == 'lower' else '+' }} {{ z_95() }}
                    * sqrt((1 + {{ r }} ^ 2 / 2) / ({{ n }} - 3))
                )
    end
{%- endmacro %}

{# What a higher outcome is called, and a lower one; where neither end is better, it is called just that. #}
{% macro word_by_polarity(is_higher, polarity) -%}
    case
        when {{ polarity }} in ('high', 'low')
            then case when ({{ is_higher }}) = ({{ polarity }} = 'high') then 'better' else 'worse' end
        when {{ is_higher }} then 'higher'
        else 'lower'
    end
{%- endmacro %}
