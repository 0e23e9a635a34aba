{#
  Funnel limits: between which values a figure of this size may lie without standing apart from the baseline, at
  2 sigma (band '95': 0.025 in each tail) and 3 sigma (band '99_8': 0.001). Spiegelhalter DJ (2005), Funnel plots for
  comparing institutional performance, Statistics in Medicine 24:1185-1202. A limit is the value at which the figure's
  own interval would just touch the baseline, so limits and intervals give one and the same position.

  `side` is 'lower' or 'upper'; the other arguments are SQL expressions. Null without a positive denominator or with a
  baseline that is none.
#}

{#
  Where a figure stands against a baseline, by its own intervals:
  'Low (0.001)', 'Low (0.025)', 'Not significant', 'High (0.025)', 'High (0.001)'; null where it has no interval or there
  is no baseline. Baseline and bounds are in the unit of the figure (with the multiplier).
#}
{% macro funnel_position(
    baseline, lower_95='lower_95', upper_95='upper_95', lower_99_8='lower_99_8', upper_99_8='upper_99_8'
) -%}
    case
        when {{ baseline }} > {{ upper_99_8 }} then 'Low (0.001)'
        when {{ baseline }} < {{ lower_99_8 }} then 'High (0.001)'
        when {{ baseline }} > {{ upper_95 }} then 'Low (0.025)'
        when {{ baseline }} < {{ lower_95 }} then 'High (0.025)'
        when {{ baseline }} between {{ lower_95 }} and {{ upper_95 }} then 'Not significant'
    end
{%- endmacro %}

{#
  The limits of a figure beside its comparator, by what kind it is (`value_kinds`), as columns; null where its kind has none.
  Baseline and limits are in the unit of the figure (with the multiplier).
#}
{% macro funnel_limits(value_kind, baseline, total, multiplier) -%}
    {%- for band in ['95', '99_8'] %}
        {%- for side in ['lower', 'upper'] %}
        case {{ value_kind }}
            when 'proportion'
                then {{ multiplier }} * {{ proportion_limit(baseline ~ ' / ' ~ multiplier, total, band, side) }}
            when 'rate' then {{ rate_limit(baseline, total, multiplier, band, side) }}
        end as funnel_{{ side }}_{{ band }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{#
  Funnel limit of a proportion; baseline and limit are shares between 0 and 1. Wilson's interval holds the baseline p as
  long as the share is within z sqrt(p (1 - p) / total) of it (Wilson 1927, see `wilson_bound`).
#}
{% macro proportion_limit(baseline, total, band, side) -%}
    {%- set baseline = as_double(baseline) -%}
    {%- set sign = '-' if side == 'lower' else '+' -%}
    case
        when {{ total }} > 0 and {{ baseline }} between 0 and 1
            then
                {{ 'greatest(0,' if side == 'lower' else 'least(1,' }}
                    {{ baseline }} {{ sign }} {{ z_of(band) }}
                    * sqrt({{ baseline }} * (1 - {{ baseline }}) / {{ as_double(total) }})
                )
    end
{%- endmacro %}

{#
  Funnel limit of a rate, events / denominator x multiplier. Of a standardised ratio the denominator is the expected count
  and the baseline the multiplier (1 or 100), or what the ratio is of all.
#}
{% macro rate_limit(baseline, denominator, multiplier, band, side) -%}
    {%- set denominator = as_double(denominator) -%}
    {%- set multiplier = as_double(multiplier) -%}
    {%- set expected = as_double(baseline) ~ ' * ' ~ denominator ~ ' / ' ~ multiplier -%}
    case
        when {{ denominator }} > 0 and {{ baseline }} >= 0
            then ({{ poisson_limit(expected, band, side) }}) * {{ multiplier }} / {{ denominator }}
    end
{%- endmacro %}

{#
  The count whose interval (`poisson_bound`) would just touch the expected count: the upper bound of a low count, the
  lower bound of a high one. It is no whole number as a rule; a count stands apart when it is beyond. Where not even a
  count of 0 stands apart the lower limit is 0.

  The other way round, `poisson_bound` itself is the expected count at which a given count reaches the limit: a funnel
  drawn by events has the points (upper bound, events / upper bound) and (lower bound, events / lower bound).
#}
{% macro poisson_limit(expected, band, side) -%}
    {%- set expected = as_double(expected) -%}
    {%- set bound = 'upper' if side == 'lower' else 'lower' -%}
    {%- set from_10_on = byar_bound(10, band, bound) -%}
    {%- set bounds = 'array[' ~ exact_poisson_bounds(band, bound) ~ ', ' ~ from_10_on ~ ']' -%}
    {#- The whole counts that have their bound below the expected count. -#}
    {%- set passed = 'width_bucket(' ~ expected ~ ', ' ~ bounds ~ ')' -%}
    case
        when {{ expected }} >= {{ from_10_on }} then {{ byar_limit(expected, band, side) }}
        when {{ passed }} = 0 then 0
        when {{ expected }} >= 0
            then
                {{ passed }} - 1
                + ({{ expected }} - ({{ bounds }})[{{ passed }}])
                / (({{ bounds }})[{{ passed }} + 1] - ({{ bounds }})[{{ passed }}])
    end
{%- endmacro %}

{#
  Byar's formula solved for the count. With r the root of the count (of the count + 1 for an upper bound) it reads
  r^2 + z r / 3 - 1/9 = expected^(1/3) r^(4/3); Newton's method doubles the digits with each step, and starts within
  a tenth of the root. `limit 1` keeps the planner from writing each step out in the next one.
#}
{% macro byar_limit(expected, band, side) -%}
    {%- set z = z_of(band) if side == 'lower' else '(-' ~ z_of(band) ~ ')' -%}
    (
        select root_5.r ^ 2 {{ '- 1' if side == 'lower' }}
        from (select {{ expected }} as count limit 1) as expected
        cross join lateral (select sqrt(expected.count) - {{ z }} / 2 as r) as root_0
        {%- for step in range(1, 6) %}
        {%- set r = 'root_' ~ (step - 1) ~ '.r' %}
        cross join lateral (
            select
                {{ r }} - ({{ r }} ^ 2 + {{ z }} * {{ r }} / 3 - 1 / 9.0 - cbrt(expected.count) * cbrt({{ r }}) ^ 4)
                / (2 * {{ r }} + {{ z }} / 3 - 4 / 3.0 * cbrt(expected.count) * cbrt({{ r }})) as r
            limit 1
        ) as root_{{ step }}
        {%- endfor %}
    )
{%- endmacro %}
