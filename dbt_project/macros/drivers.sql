{#
  The logarithmic mean, with which a change of a product is split among its factors whatever their order (log-mean
  Divisia index: Ang and Liu 2001, Energy 26:537-548; it gives the same parts however the factors are nested).

  (a - b) / ln(a / b) loses its digits where a and b are close; written with the area tangent it does not, as
  ln(a / b) = 2 artanh((a - b) / (a + b)), which in turn is lost where they are far apart. Null unless both are positive.
#}
{% macro log_mean(one, other) -%}
    case
        when {{ one }} <= 0 or {{ other }} <= 0 then null
        when {{ one }} = {{ other }} then {{ one }}
        when {{ one }} between {{ other }} / 2 and {{ other }} * 2
            then
                ({{ one }} - {{ other }}) / 2
                / atanh(({{ one }} - {{ other }}) / ({{ one }} + {{ other }}))
        else ({{ one }} - {{ other }}) / ln({{ one }} / {{ other }})
    end
{%- endmacro %}

{#
  What a factor of two counts by when the other changes as well: the mean of its two values. So the change of a product
  of two is split as Shapley does (1953, Contributions to the Theory of Games II), and the order of the two has no say;
  carried on down a tree it is the value of Owen (1977, Essays in Mathematical Economics and Game Theory).
#}
{% macro shapley_weight(one, other) -%}
    (({{ one }} + {{ other }}) / 2)
{%- endmacro %}

{# Equal but for the last binary digits of a sum; null when either is missing. #}
{% macro adds_up_to(sum, whole) -%}
    (abs({{ sum }} - {{ whole }}) <= 1e-9 * greatest(abs({{ whole }}), 1e-9))
{%- endmacro %}
