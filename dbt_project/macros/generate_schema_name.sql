{#
  A schema is called what the project calls it, with no prefix of the target: others connect to these names. A build writes
  into schemas with a suffix, which change places with those that are read when it has been tested
  (`ingestion.model.schemas`); models that are built as of a date keep a suffix of their own. Staging is one schema, the
  ledger's present, but for a date that is past. Seeds are the definitions, and have but one state. Where every reading is
  tried, what is counted by readings has a schema of its own, and all else is read where it stands.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set schema = (custom_schema_name or target.schema) | trim -%}
    {{ schema }}
    {%- if node.resource_type == 'model' -%}
        {{ var('staging_suffix') if schema == 'staging' else var('schema_suffix') }}
        {{- var('reading_suffix') if 'by_reading' in node.tags }}
    {%- endif -%}
{%- endmacro %}
