{# Sentences with figures in them (models/marts/packs). #}

{# A sentence of a seed with its {places} filled; what is not known is written as a dash. `values` are SQL expressions. #}
{% macro in_words(sentence, values) -%}
    {%- set filled = namespace(text=sentence) -%}
    {%- for name, value in values.items() -%}
        {%- set filled.text = "replace(" ~ filled.text ~ ", '{" ~ name ~ "}', coalesce((" ~ value ~ ")::text, '–'))" -%}
    {%- endfor -%}
    {{ filled.text }}
{%- endmacro %}

{# A number with thousands separators, rounded half away from nothing. #}
{% macro number_in_words(value, decimals) -%}
    to_char(
        round(({{ value }})::numeric, {{ decimals }}),
        'FM999,999,999,990' || case when {{ decimals }} > 0 then '.' || repeat('0', {{ decimals }}) else '' end
    )
{%- endmacro %}

{# A number with its unit, £812 per week, 12.3 %, 18.7 score; without one that the title has named. #}
{% macro figure_in_words(value, unit, decimals, title) -%}
    case
        when strpos({{ title }}, {{ unit }}) > 0 then {{ number_in_words(value, decimals) }}
        when starts_with({{ unit }}, '£')
            then '£' || {{ number_in_words(value, decimals) }} || substr({{ unit }}, 2)
        else {{ number_in_words(value, decimals) }} || ' ' || {{ unit }}
    end
{%- endmacro %}

{# A number with its sign. #}
{% macro signed_in_words(value, decimals) -%}
    case when {{ value }} < 0 then '−' else '+' end || {{ number_in_words('abs(' ~ value ~ ')', decimals) }}
{%- endmacro %}

{# An ordinal: 1st, 2nd, 13th. #}
{% macro ordinal(number) -%}
    {{ number }} || case
        when {{ number }} % 100 between 11 and 13 then 'th'
        when {{ number }} % 10 = 1 then 'st'
        when {{ number }} % 10 = 2 then 'nd'
        when {{ number }} % 10 = 3 then 'rd'
        else 'th'
    end
{%- endmacro %}

{# A place among so many, from the nearer end: the dearest of 14, the 2nd dearest of 14, the cheapest of 14. #}
{% macro place_in_words(place, n, first, last, nth_last) -%}
    case
        when {{ place }} = 1 then 'the {{ first }}'
        when {{ place }} >= {{ n }} then 'the {{ last }}'
        when {{ place }} <= {{ n }} / 2.0 then 'the ' || {{ ordinal(place) }} || ' {{ first }}'
        else 'the ' || {{ ordinal('(' ~ n ~ ' + 1 - ' ~ place ~ ')') }} || ' {{ nth_last }}'
    end || ' of ' || {{ n }}
{%- endmacro %}

{# Whose something is: Dudley’s, the West Midlands’. #}
{% macro possessive(name) -%}
    {{ name }} || case when {{ name }} like '%s' then '’' else '’s' end
{%- endmacro %}

{# What a gap comes to in a year, to two digits; nothing where the figure has no volume. #}
{% macro pounds_a_year_in_words(pounds) -%}
    case
        when {{ pounds }} is null then ''
        when abs({{ pounds }}) >= 1e6
            then ' At this volume that is about £' || to_char(round(abs({{ pounds }})::numeric / 1e6, 1), 'FM999,990.0') || ' million a year.'
        else
            ' At this volume that is about £' || to_char(round(abs({{ pounds }})::numeric, -3), 'FM999,999,990') || ' a year.'
    end
{%- endmacro %}

{# How sure a finding is, as a number: not tested, 95 %, 99.8 %. #}
{% macro certainty_in_order(certainty) -%}
    case {{ certainty }} when '99.8' then 2 when '95' then 1 else 0 end
{%- endmacro %}
