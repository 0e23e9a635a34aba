{#
  What a build of the changes need not do again: the definitions are those of the last build, so tables have the columns and
  comments that they had, and a view is what it was. dbt looks for these macros here before it takes its own.
#}

{# Comments stay with a table that stays; one that was just made, and a view, has none yet. #}
{% macro postgres__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if since_decision() == 0 or model.config.materialized != 'incremental' -%}
        {{ return(default__persist_docs(relation, model, for_relation, for_columns)) }}
    {%- endif -%}
{%- endmacro %}

{# So do its columns. #}
{% macro postgres__process_schema_changes(on_schema_change, source_relation, target_relation) -%}
    {%- if since_decision() == 0 -%}
        {{ return(default__process_schema_changes(on_schema_change, source_relation, target_relation)) }}
    {%- endif -%}
    {{ return({}) }}
{%- endmacro %}

{# Asked of the database: dbt does not know what went with a table that was dropped. #}
{% macro stands(relation) -%}
    {{ return(run_query("select to_regclass('" ~ relation.include(database=false) ~ "') is not null").columns[0].values()[0]) }}
{%- endmacro %}
