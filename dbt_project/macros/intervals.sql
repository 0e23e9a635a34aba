{#
  Confidence intervals, at 95 % and 99.8 %. Every bound is null where there is nothing to say (a count or a total is
  missing or negative, a total is zero, there are more events than total), and is never an error. A bound is never
  below nothing, nor above the whole: the ends 0 % and 100 % are written as such, not worked out.

  `band` is '95' or '99_8', `side` 'lower' or 'upper'; the other arguments are SQL expressions.
#}

{# The bound of a figure by what kind it is (`value_kinds`); null where its kind has no interval. #}
{% macro interval_bound(value_kind, events, total, multiplier, band, side) -%}
    case {{ value_kind }}
        when 'proportion' then {{ multiplier }} * {{ wilson_bound(events, total, z_of(band), side) }}
        when 'rate' then {{ rate_bound(events, total, multiplier, band, side) }}
    end
{%- endmacro %}

{# Both bounds of both bands, as columns. #}
{% macro interval_bounds(value_kind, events, total, multiplier) -%}
    {%- for band in ['95', '99_8'] %}
        {%- for side in ['lower', 'upper'] %}
        {{ interval_bound(value_kind, events, total, multiplier, band, side) }} as {{ side }}_{{ band }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{# How a bound that is there was worked out. #}
{% macro interval_method(bound, value_kind, events) -%}
    case
        when {{ bound }} is null then null
        when {{ value_kind }} = 'proportion' then 'wilson'
        else {{ poisson_method(events) }}
    end
{%- endmacro %}

{#
  Wilson score interval of a proportion. Wilson EB (1927), Probable inference, the law of succession, and statistical
  inference, JASA 22:209-212. `events` of `total`; the result is a share between 0 and 1.

  The lower bound is worked out from the upper one, by the product of the two: their difference of square roots would
  lose digits where events are few.
#}
{% macro wilson_bound(events, total, z, side) -%}
    {%- set events = as_double(events) -%}
    {%- set total = as_double(total) -%}
    {%- set root = z ~ ' * sqrt(' ~ z ~ ' ^ 2 + 4 * ' ~ events ~ ' * (1 - ' ~ events ~ ' / ' ~ total ~ '))' -%}
    case
        when {{ total }} > 0 and {{ events }} between 0 and {{ total }}
            then
                {% if side == 'lower' -%}
                    2 * {{ events }} ^ 2 / ({{ total }} * (2 * {{ events }} + {{ z }} ^ 2 + {{ root }}))
                {%- else -%}
                    case
                        when {{ events }} = {{ total }} then 1
                        else (2 * {{ events }} + {{ z }} ^ 2 + {{ root }}) / (2 * ({{ total }} + {{ z }} ^ 2))
                    end
                {%- endif %}
    end
{%- endmacro %}

{#
  Interval of a count that follows a Poisson distribution.
  Below 10 events the exact one, from chi-square quantiles: Garwood F (1936), Fiducial limits for the Poisson
  distribution, Biometrika 28:437-442; Armitage P, Berry G, Matthews JNS (2002), Statistical methods in medical
  research, 4th ed., section 5.2. From 10 events on Byar's approximation: Breslow NE, Day NE (1987), Statistical methods
  in cancer research, vol. II, IARC, p. 69, within 0.2 % of the exact one at 95 % there.

  A count need not be whole (estimates, shares of a child). Byar's formula takes any; below 10 a bound lies between those
  of the whole counts on either side, in proportion, so that it is exact where a count is one.
#}
{% macro poisson_bound(events, band, side) -%}
    {%- set events = as_double(events) -%}
    {%- set exact = 'array[' ~ exact_poisson_bounds(band, side) ~ ', ' ~ byar_bound(10, band, side) ~ ']' -%}
    {%- set whole = 'floor(' ~ events ~ ')::integer' -%}
    case
        when {{ events }} >= 10 then {{ byar_bound(events, band, side) }}
        when {{ events }} >= 0
            then
                ({{ exact }})[{{ whole }} + 1]
                + ({{ events }} - {{ whole }})
                * (({{ exact }})[{{ whole }} + 2] - ({{ exact }})[{{ whole }} + 1])
    end
{%- endmacro %}

{# Which of the two a count takes; the names that `interval_method` shows. #}
{% macro poisson_method(events) -%}
    case when {{ events }} >= 10 then 'Byar' when {{ events }} >= 0 then 'exact Poisson' end
{%- endmacro %}

{#
  Interval of a rate, events / denominator x multiplier, where the denominator is known and the events are counted.
  A standardised ratio is such a rate: `denominator` is then the expected count, and `multiplier` 1 or 100 (Breslow and
  Day, as above).
#}
{% macro rate_bound(events, denominator, multiplier, band, side) -%}
    case
        when {{ denominator }} > 0
            then ({{ poisson_bound(events, band, side) }}) * {{ as_double(multiplier) }} / {{ as_double(denominator) }}
    end
{%- endmacro %}

{# Byar's approximation itself, of a count above 0. #}
{% macro byar_bound(events, band, side) -%}
    {%- set count = as_double(events) if side == 'lower' else '(' ~ as_double(events) ~ ' + 1)' -%}
    {{ count }} * (
        1 - 1 / (9 * {{ count }}) {{ '-' if side == 'lower' else '+' }} {{ z_of(band) }} / (3 * sqrt({{ count }}))
    ) ^ 3
{%- endmacro %}

{#
  The bounds of 0 to 9 events: half the chi-square quantile with twice the events (lower) or twice the events and 2 more
  (upper) as degrees of freedom. SQL has no such function; that each is right is tested by adding up the probabilities.
#}
{% macro exact_poisson_bounds(band, side) -%}
    {{ {
        'lower_95': [
            0, 0.025317807984289876, 0.24220927854396496, 0.6186721228956014, 1.0898653736263249,
            1.6234863901184207, 2.2018942534908508, 2.8143630515198654, 3.4538321767485014, 4.115373097378334,
        ],
        'upper_95': [
            3.6888794541139363, 5.571643390938898, 7.224687667723961, 8.767273069742325, 10.241588675403696,
            11.66833207932267, 13.059474022518685, 14.422675361702382, 15.763189220193311, 17.08480345141917,
        ],
        'lower_99_8': [
            0, 0.001000500333583534, 0.045402017769489544, 0.1905333775684032, 0.428552413628423,
            0.7393717319178323, 1.1071046602556394, 1.5203362603988093, 1.9708139217403657, 2.452424404363775,
        ],
        'upper_99_8': [
            6.907755278982137, 9.233413476451586, 11.228872242412661, 13.062240779188071, 14.79414922253721,
            16.454745203680105, 18.06163684019907, 19.62617739538424, 21.156198165839985, 22.657373309062933,
        ],
    }[side ~ '_' ~ band] | join(', ') }}
{%- endmacro %}

{# The standard normal deviate of a two-sided interval, in double precision. #}
{% macro z_95() %}1.959963984540054::double precision{% endmacro %}
{% macro z_99_8() %}3.090232306167813::double precision{% endmacro %}
{% macro z_of(band) %}{{ {'95': z_95(), '99_8': z_99_8()}[band] }}{% endmacro %}

{# Whole numbers would be divided as such. #}
{% macro as_double(number) %}cast({{ number }} as double precision){% endmacro %}

{# The probability of at most so many events where `mean` are expected: what the tests hold the bounds to. #}
{% macro poisson_cumulative(most, mean) -%}
    (
        select coalesce(sum(exp(-({{ mean }})) * ({{ mean }}) ^ count / factorial(count)::double precision), 0)
        from generate_series(0, {{ most }}) as counts (count)
    )
{%- endmacro %}
