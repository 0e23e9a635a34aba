{#
  A schema is called what the project calls it, with no prefix of the target: others connect to these names. Models that
  are built as of a date go into schemas with a suffix. Seeds are the definitions, and have but one state.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
    {%- if node.resource_type == 'model' %}{{ var('schema_suffix') }}{% endif -%}
{%- endmacro %}
