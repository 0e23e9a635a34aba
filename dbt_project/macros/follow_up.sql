{#
  How the figure of an authority went on after it began to do something, beside what was to be expected of it had it done
  nothing: that it falls back towards its peers (`expected_changes.sql`), moves as they do, and drifts as far from them as
  they drift from each other. Who begins in a bad year stands better afterwards in two of three cases, whatever was done.

  Each start is a group of its own: the authority itself (`own_authority_code`) and its peers, from one baseline year to one
  later year. `comparator_group` names the start, `period_code` the later year.
#}

{#
  The steps from those that `entered` (of the `moved`, with figures good enough in both years) to `expected`: what to expect
  of the figure of each start's own authority. How far true levels drift is read from the peers alone, as a true effect
  would pass itself off as drift. A start with too few peers is not among those expected.
#}
{% macro steps_of_follow_up() %}
first_spread as (
    {{ first_spreads() }}
),

second_spread as (
    {{ second_spreads() }}
),

group_levels as (
    {{ levels_of_groups() }}
),

peers as (
    {{ drift_of_peers() }}
),

shrunken as materialized (
    select
        own.*,
        peers.n_peers,
        peers.drift
    from ({{ shrunken_levels('group_levels') }}) as own
    inner join peers using ({{ group_keys() }})
    where own.authority_code = own.own_authority_code
),

expected_levels as materialized (
    {{ expected_levels(drift='drift') }}
),

expected as (
    {{ expected_changes() }}
)
{% endmacro %}

{# Of each start how many peers it has, and how far their true levels have moved apart. #}
{% macro drift_of_peers() %}
    with entered as (
        select * from entered
        where authority_code <> own_authority_code
    ),

    first_spread as (
        {{ first_spreads() }}
    ),

    second_spread as (
        {{ second_spreads() }}
    )

    select
        {{ group_keys() }},
        count(*)::integer as n_peers,
        max(move_spread) as drift
    from second_spread
    group by {{ group_keys() }}
{% endmacro %}

{# What became of a figure: a change is called only beyond what was to be expected, and only where one end is better. #}
{% macro follow_up_verdict() -%}
    case {{ beyond_expected('change', 'expected_change_lower_95', 'expected_change_upper_95', 'polarity') }}
        when 'better' then 'improved'
        when 'worse' then 'worse'
        when 'no' then case when polarity = 'none' then 'no verdict' else 'as expected' end
        else 'no verdict'
    end
{%- endmacro %}
