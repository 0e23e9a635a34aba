{# The good-practice database (models/marts/practice). #}

{# The answer to a field of an entry. #}
{% macro field_of_entry(field) -%}
    max(value) filter (where field = '{{ field }}')
{%- endmacro %}

{# A figure in a sentence: the value with its unit, and the year. #}
{% macro figure_of_follow_up(value, period) -%}
    {{ figure_in_words(value, 'unit', 'decimals', 'title') }} || ' in ' || {{ period }}
{%- endmacro %}

{# What a search looks at, the more telling the earlier: title; problem; what was done, and by which other words; the rest. #}
{% macro search_column() -%}
    {%- set weighed = {
        'A': ['title'],
        'B': ['problem'],
        'C': ['what_was_done', 'also_called', 'indicators'],
        'D': ['evidence', 'went_wrong', 'transferable_to', 'archived_because'],
    } -%}
    {%- for weight, columns in weighed.items() -%}
        {%- set outer = loop -%}
        {%- for column in columns -%}
            setweight(to_tsvector('english', coalesce({{ column }}, '')), '{{ weight }}')
            {%- if not (loop.last and outer.last) %} || {% endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#
  The column that a search asks, made by the database of those beside it: whatever an entry says can be found. It is no column
  of the model, since a contract knows none that is generated.
#}
{% macro make_searchable() %}
    alter table {{ this }}
        add column if not exists search tsvector generated always as ({{ search_column() }}) stored;
    comment on column {{ this }}.search is
        'What a search asks, as PostgreSQL keeps text for it; generated. Use: search @@ websearch_to_tsquery(''english'', ''foster carers'')';
    -- Without a name of its own: the table that this one replaces still has one.
    do $$
    begin
        if not exists (
            select 1
            from pg_index
            inner join pg_attribute on indrelid = attrelid and attnum = any(indkey)
            where indrelid = '{{ this }}'::regclass and attname = 'search'
        ) then
            create index on {{ this }} using gin (search);
        end if;
    end $$;
    -- The column has the table written anew, which forgets what was known of its rows.
    analyze {{ this }};
{% endmacro %}
