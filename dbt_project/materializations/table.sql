{#
  In a build of the changes a table that stands is filled anew where it is (`macros/builds_of_changes.sql`); one that
  follows from the definitions alone stays as it is: they have not changed.
#}
{% materialization table, adapter='postgres' %}
    {%- if not is_written_in_place() -%}
        {{ return(materialization_table_default()) }}
    {%- elif rests_on_definitions(model) -%}
        {{ return(left_as_it_is('table')) }}
    {%- endif -%}
    {{ return(written_in_place("truncate " ~ this ~ "; insert into " ~ this ~ rows_as_promised(sql))) }}
{% endmaterialization %}
