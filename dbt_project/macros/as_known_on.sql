{#
  The moment that the models look from: now, unless they are built as of a date (`club as-known-on`). It is asked in one
  place, where the ledger is read (stg_ledger__submissions); all that stands on that model is then as it was known.
#}
{% macro as_known_on() -%}
    '{{ var("as_known_on") }}'::timestamp with time zone
{%- endmacro %}

{# Of two readings of one thing with their times, the one that stood at a moment. #}
{% macro stood_at(moment, recorded_from='recorded_from', recorded_to='recorded_to') -%}
    ({{ recorded_from }} <= {{ moment }} and ({{ recorded_to }} is null or {{ recorded_to }} > {{ moment }}))
{%- endmacro %}

{#
  Two functions that give the rows of a history as they stood: `<name>_as_known_at(moment)`, and `<name>_as_known_on(day)`,
  which takes in what was accepted on that day. They are plain queries, so that the planner sees through them; and they
  hold on to the tables themselves, not to their names: the schemas that are read change places.
#}
{% macro as_known_functions(name, columns, query, comment) %}
    {%- set at = this.schema ~ '.' ~ name ~ '_as_known_at' %}
    {%- set on = this.schema ~ '.' ~ name ~ '_as_known_on' %}
    {%- set returned %}
        {% for column, type in columns.items() %}{{ column }} {{ type }}{% if not loop.last %}, {% endif %}{% endfor %}
    {%- endset %}
    drop function if exists {{ at }} (timestamp with time zone) cascade;
    create function {{ at }} (known_at timestamp with time zone) returns table ({{ returned }})
    language sql stable parallel safe
    begin atomic
        select {{ columns | join(', ') }}
        from ({{ query }}) as history
        where {{ stood_at('known_at') }};
    end;
    comment on function {{ at }} (timestamp with time zone) is '{{ comment }} at a moment';
    drop function if exists {{ on }} (date);
    create function {{ on }} (known_on date) returns table ({{ returned }})
    language sql stable parallel safe
    begin atomic
        select *
        from {{ at }}((known_on + 1)::timestamp with time zone - interval '1 microsecond');
    end;
    comment on function {{ on }} (date) is '{{ comment }} on a day, with what was accepted on that day'
{% endmacro %}

{# Made after fct_measure_history, which they read. #}
{% macro measures_as_known() %}
    {%- set query -%}
        select history.*, measures.title, measures.unit, measures.domain
        from {{ this }} as history
        inner join {{ ref('dim_measure') }} as measures on history.measure_code = measures.measure_code
    {%- endset -%}
    {{ as_known_functions('measures', {
        'authority_code': 'text', 'period_code': 'text', 'measure_code': 'text', 'basis': 'text', 'title': 'text',
        'unit': 'text', 'domain': 'text', 'value': 'double precision', 'missing_reason': 'text', 'note': 'text',
        'submission_id': 'bigint', 'recorded_at': 'timestamp with time zone',
        'recorded_from': 'timestamp with time zone', 'recorded_to': 'timestamp with time zone'
    }, query, 'The measures as they were known') }}
{% endmacro %}

{# Made after fct_indicator_history, which they read. #}
{% macro indicators_as_known() %}
    {{ as_known_functions('indicators', {
        'authority_code': 'text', 'period_code': 'text', 'indicator_code': 'text', 'definition_version': 'integer',
        'basis': 'text', 'numerator': 'double precision', 'denominator': 'double precision',
        'value': 'double precision', 'missing_reason': 'text', 'note': 'text', 'submission_ids': 'bigint[]',
        'recorded_from': 'timestamp with time zone', 'recorded_to': 'timestamp with time zone'
    }, 'select * from ' ~ this, 'The indicators, by the definitions of today, as they were known') }}
{% endmacro %}
