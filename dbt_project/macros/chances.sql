{#
  Probabilities of counts, by logarithms so that nothing overflows. The arguments are SQL expressions of whole numbers;
  a count that cannot be has to be left out before.
#}

{#
  ln(n!) by Stirling's series eight places on, where it is right to fourteen digits (Abramowitz and Stegun 1964, 6.1.41).
  PostgreSQL has lgamma() only from version 18 on.
#}
{% macro ln_factorial(n) -%}
    {%- set n = '(' ~ as_double(n) ~ ')' -%}
    {%- set m = '(' ~ n ~ ' + 8)' -%}
    (
        ({{ m }} + 0.5) * ln({{ m }}) - {{ m }} + 0.918938533204672742
        + 1 / (12 * {{ m }}) - 1 / (360 * {{ m }} ^ 3) + 1 / (1260 * {{ m }} ^ 5)
        - ln(
            ({{ n }} + 1) * ({{ n }} + 2) * ({{ n }} + 3) * ({{ n }} + 4)
            * ({{ n }} + 5) * ({{ n }} + 6) * ({{ n }} + 7) * ({{ n }} + 8)
        )
    )
{%- endmacro %}

{% macro ln_choose(n, k) -%}
    ({{ ln_factorial(n) }} - {{ ln_factorial(k) }} - {{ ln_factorial(n ~ ' - ' ~ k) }})
{%- endmacro %}

{# That `count` of the `events` among all who are `counted` fall to the `own` ones, by chance alone. #}
{% macro hypergeometric(count, own, events, counted) -%}
    exp(
        {{ ln_choose(events, count) }}
        + {{ ln_choose('(' ~ counted ~ ' - ' ~ events ~ ')', '(' ~ own ~ ' - ' ~ count ~ ')') }}
        - {{ ln_choose(counted, own) }}
    )
{%- endmacro %}

{# That `count` of the `events` fall to somebody to whom each falls with probability `share`. #}
{% macro binomial(count, events, share) -%}
    case
        when {{ share }} >= 1 then ({{ count }} = {{ events }})::integer
        else exp(
            {{ ln_choose(events, count) }}
            + {{ count }} * ln({{ share }}) + ({{ events }} - {{ count }}) * ln(1 - {{ share }})
        )
    end
{%- endmacro %}
