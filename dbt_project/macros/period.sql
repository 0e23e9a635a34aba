{# 2023 as the year that starts on 1 April 2023 -> '2023-24'; with '/', the academic year 2023/24. #}
{% macro year_starting(year, separator='-') -%}
    (({{ year }})::text || '{{ separator }}' || lpad(((({{ year }}) + 1) % 100)::text, 2, '0'))
{%- endmacro %}

{# '2023-24' -> 1 April 2023. #}
{% macro year_start(period) -%}
    make_date(left({{ period }}, 4)::integer, 4, 1)
{%- endmacro %}

{# '2023-24' -> 31 March 2024. #}
{% macro year_end(period) -%}
    make_date(left({{ period }}, 4)::integer + 1, 3, 31)
{%- endmacro %}

{# The day of a moment, as the senders of returns know it. #}
{% macro day_in_england(moment) -%}
    (({{ moment }}) at time zone 'Europe/London')::date
{%- endmacro %}

{# '2023-24' -> '2022-23'. #}
{% macro period_before(period) -%}
    {{ year_starting('left(' ~ period ~ ', 4)::integer - 1') }}
{%- endmacro %}

{# '2014-15', 3 -> '2017-18'. #}
{% macro years_later(period, years) -%}
    {{ year_starting('left(' ~ period ~ ', 4)::integer + ' ~ years) }}
{%- endmacro %}
