{#
  Wilson score interval of a proportion (Wilson 1927, JASA 22:209-212), the method of the public-health
  profiles. `events` of `total`; the result is a share between 0 and 1. Null when either is missing, when the
  total is not positive or when there are more events than total.
#}
{% macro wilson_bound(events, total, z, side) -%}
    case
        when {{ total }} > 0 and {{ events }} between 0 and {{ total }}
            then
                (
                    2 * {{ events }} + {{ z }} ^ 2
                    {{ '-' if side == 'lower' else '+' }} {{ z }} * sqrt(
                        {{ z }} ^ 2 + 4 * {{ events }} * (1 - {{ events }} / {{ total }})
                    )
                ) / (2 * ({{ total }} + {{ z }} ^ 2))
    end
{%- endmacro %}

{# The standard normal deviate of a two-sided interval, in double precision. #}
{% macro z_95() %}1.959963984540054::double precision{% endmacro %}
{% macro z_99_8() %}3.090232306167813::double precision{% endmacro %}
