{#
  What the club has decided about counting (seed club_decisions), by the years for which it holds, and the readings: the
  ways in which the decisions could have been taken (seed decision_options). The models read a decision as a column of
  int_decisions or, where its readings are counted, of int_reading_parts.
#}

{# Each decision with the type of its value. #}
{% macro decisions() %}
    {{ return({
        'min_days': 'integer',
        'opening_day': 'text',
        'short_break_statuses': 'text',
        'non_returning_stay': 'text',
        'stay_open_at_year_end': 'text',
        'overlong_stay': 'text',
        'day_of_leaving': 'text',
        'day_of_start': 'text',
        'long_term_months': 'integer',
        'same_placement_months': 'integer',
        'long_term_age': 'integer',
        'adoption_months': 'integer',
        'adoption_reasons': 'text',
        'distant_miles': 'numeric',
        'max_unknown_percent': 'numeric',
        'min_correlation_points': 'integer',
        'most_members_outside': 'integer',
        'most_perspectives_against': 'integer',
    }) }}
{% endmacro %}

{# Those that say something only of children with a stay that is coded as temporary: few children have one. #}
{% macro about_stays(decision='taken.key') -%}
    {{ is_one_of(decision, ['non_returning_stay', 'overlong_stay', 'stay_open_at_year_end']) }}
{%- endmacro %}

{# Whether this run counts by every reading (`ingestion.model.readings`), and not only as the club has decided. #}
{% macro tries_every_reading() %}
    {{ return(var('reading_suffix') != '') }}
{% endmacro %}

{#
  Every reading is counted of what is known now; what was known before is counted as the club has decided. A return that
  breaks a reading is left out of them all.
#}
{% macro is_read(recorded_to, submission) -%}
    {{ recorded_to ~ ' is null and ' ~ is_not_left_out(submission) if tries_every_reading() else 'true' }}
{%- endmacro %}

{# Whether a child of the `episodes` is counted with those that have a temporary stay; all are, where there is one reading. #}
{% macro is_counted_with_stays() -%}
    {%- if tries_every_reading() -%}
        coalesce(
            bool_or(types.placement_type = 'temporary') over (
                partition by episodes.authority_code, episodes.period_code, episodes.child_id
            ),
            false
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{# Whether the decisions of a row hold in a year. #}
{% macro holds_in(decided, period) -%}
    ({{ period }} >= {{ decided }}.from_period and {{ period }} < {{ decided }}.before_period)
{%- endmacro %}

{# The values of some decisions, from a JSON object of them, in one text: what a reading, or a part of one, is known by. #}
{% macro code_of_decisions(decided, where='true', said='taken.value', between='/') -%}
    (
        select string_agg({{ said }}, '{{ between }}' order by taken.key)
        from jsonb_each_text({{ decided }}) as taken (key, value)
        where {{ where }}
    )
{%- endmacro %}

{# Of each indicator the decisions that touch it and are tried: it has a reading for each choice among them. #}
{% macro tried_decisions_of_indicators() %}
    select
        touching.indicator_code,
        touching.definition_version,
        array_agg(touching.decision_code order by touching.decision_code) as decision_codes
    from {{ ref('int_indicator_decisions') }} as touching
    where
        touching.decision_code in (
            select options.decision_code from {{ ref('decision_options') }} as options
            where options.is_tried
        )
    group by touching.indicator_code, touching.definition_version
{% endmacro %}

{# The rules by which the parts of the readings are counted, each once. #}
{% macro rules_of_parts() %}
    select distinct on (from_period, part_code) *
    from {{ ref('int_reading_parts') }}
    order by from_period, part_code, reading_code
{% endmacro %}

{# The rules by which the steps of the children are found, each once. #}
{% macro rules_of_steps() %}
    select distinct on (from_period, steps_code) *
    from {{ ref('int_reading_parts') }}
    order by from_period, steps_code, reading_code
{% endmacro %}
