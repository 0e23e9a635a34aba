{#
  The star that a BI tool reads without help: every reference that is tested between two marts is declared in the
  database as a foreign key, and every row that names an indicator version points at it. The keys are not enforced
  (PostgreSQL 18 and later), because the tests hold them and a dimension is replaced while facts stand; an older server
  has none. They are taken away at the start of a run and declared anew at its end: while they stand, replacing one
  table locks all that point at it, and the threads of a build would break each other off as a deadlock.
#}
{% macro drop_foreign_keys() %}
    {%- if execute and writes_marts() -%}
        {%- set declared = run_query(
            "select conrelid::regclass::text as pointing, conname from pg_constraint"
            " where contype = 'f' and connamespace = to_regnamespace('" ~ marts_schema() ~ "') order by conname"
        ) -%}
        {%- for key in declared.rows %}
            alter table {{ key['pointing'] }} drop constraint {{ key['conname'] }};
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{% macro declare_foreign_keys() %}
    {%- if execute and writes_marts() and server_version() >= 180000 -%}
        {#- Asked once: dbt renders a variable anew each time. -#}
        {%- set schema = marts_schema() -%}
        {%- set standing = run_query(
            "select tables.relname from pg_class as tables"
            " where tables.relnamespace = to_regnamespace('" ~ schema ~ "') and tables.relkind = 'r'"
        ).columns[0].values() -%}
        {%- for key in foreign_keys() if key.table in standing and key.of in standing %}
            alter table {{ schema }}.{{ key.table }} add constraint {{ key.name }}
                foreign key ({{ key.columns | join(', ') }}) references {{ schema }}.{{ key.of }} ({{ key.of_columns | join(', ') }})
                not enforced;
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{#
  Each as {table, columns, of, of_columns, name}; only to what is the whole primary key over there, and only where it
  is tested of every row.
#}
{% macro foreign_keys() %}
    {%- set keys = [] -%}
    {%- set marts = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        | selectattr('schema', 'equalto', marts_schema()) | list -%}
    {%- for test in graph.nodes.values() | selectattr('resource_type', 'equalto', 'test') -%}
        {%- if test.test_metadata and test.test_metadata.name == 'references_are_known' -%}
            {%- for mart in marts if mart.unique_id == test.attached_node -%}
                {%- for reference in test.test_metadata.kwargs.references if not reference.where -%}
                    {%- for other in marts if other.name == reference.to.split("'")[1] -%}
                        {%- set field = reference.field or reference.column -%}
                        {%- do add_foreign_key(keys, mart, [reference.column], other, [field]) -%}
                    {%- endfor -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set version_of = ['indicator_code', 'definition_version'] -%}
    {%- for other in marts if other.name == 'dim_indicator' -%}
        {%- for mart in marts if mart.name != other.name and 'definition_version' in mart.columns -%}
            {%- do add_foreign_key(keys, mart, version_of, other, version_of) -%}
        {%- endfor -%}
    {%- endfor -%}
    {#- Tools that join by one column alone have a key of one, which is as good. -#}
    {%- for other in marts if other.name == 'dim_indicator' -%}
        {%- for mart in marts if mart.name != other.name and 'indicator_key' in mart.columns -%}
            {%- do add_foreign_key(keys, mart, ['indicator_key'], other, ['indicator_key'], ['indicator_key']) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(keys) }}
{% endmacro %}

{% macro add_foreign_key(keys, table, columns, of, of_columns, unique=none) %}
    {%- set primary = of.constraints | selectattr('type', 'equalto', 'primary_key') | map(attribute='columns') | first -%}
    {%- if of_columns in (primary, unique) and table.config.materialized in ('table', 'incremental') -%}
        {%- do keys.append({
            'table': table.name, 'columns': columns, 'of': of.name, 'of_columns': of_columns,
            'name': ('fk_' ~ table.name ~ '_' ~ columns | join('_'))[:63],
        }) -%}
    {%- endif -%}
{% endmacro %}

{% macro writes_marts() %}{{ return(flags.WHICH in ('build', 'run') and not tries_every_reading()) }}{% endmacro %}

{# Where this run writes the marts: as of a date they have a schema of their own, with keys of its own. #}
{% macro marts_schema() %}{{ return('marts' ~ var('schema_suffix')) }}{% endmacro %}

{% macro server_version() %}
    {{ return(run_query("select current_setting('server_version_num')::integer").columns[0].values()[0] | int) }}
{% endmacro %}
