{# In a build of the changes, rows of a table that stands are added to it where it is (`macros/builds_of_changes.sql`). #}
{% materialization incremental, adapter='postgres' %}
    {%- if not is_written_in_place() -%}
        {{ return(materialization_incremental_default()) }}
    {%- endif -%}
    {{ return(written_in_place("insert into " ~ this ~ rows_as_promised(sql))) }}
{% endmaterialization %}
