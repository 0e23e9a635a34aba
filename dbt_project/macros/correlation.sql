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

{#
  The same of Kendall's coefficient: Fisher's z transformation with the standard error of Fieller, Hartley and Pearson (1957,
  Biometrika 44:470-481), the square root of 0.437 / (n - 4). It holds for orders without many ties; with the few choices of a
  question it is a guide, and the exact probability decides.
#}
{% macro kendall_bound(tau, n, side) -%}
    case
        when abs({{ tau }}) < 1 and {{ n }} > 4
            then tanh(atanh({{ tau }}) {{ '-' if side == 'lower' else '+' }} {{ z_95() }} * sqrt(0.437 / ({{ n }} - 4)))
    end
{%- endmacro %}
