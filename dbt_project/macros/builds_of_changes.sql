{#
  What a build of the changes need not do again: the definitions are those of the last build, so tables have the columns and
  comments that they had, and a view is what it was. dbt would make another table beside the one that stands, look up the
  columns of both and copy the rows, or let the two change places, and drop the views that look at the old one. Here it is
  written where it is: nobody reads it meanwhile. The materializations are in `materializations/`.
#}

{# Asked of the database: dbt does not know what went with a table that was dropped. #}
{% macro stands(relation) -%}
    {{ return(run_query("select to_regclass('" ~ relation.include(database=false) ~ "') is not null").columns[0].values()[0]) }}
{%- endmacro %}

{% macro is_written_in_place() -%}
    {{ return(since_decision() > 0 and not should_full_refresh() and load_cached_relation(this) is not none) }}
{%- endmacro %}

{% macro written_in_place(statements) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%} {{ statements }} {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}

{% macro left_as_it_is(kind) -%}
    {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
    {{ return({'relations': [this.incorporate(type=kind)]}) }}
{%- endmacro %}

{# The columns and rows to insert: by name where a contract puts the columns into an order of its own. #}
{% macro rows_as_promised(sql) -%}
    {%- if config.get('contract').enforced %} ({{ adapter.dispatch('get_column_names', 'dbt')() }}) {{ get_select_subquery(sql) }}
    {%- else %} {{ sql }}
    {%- endif -%}
{%- endmacro %}

{# Whether a model has no source among its ancestors. #}
{% macro rests_on_definitions(node) -%}
    {%- for parent in node.depends_on.nodes -%}
        {%- if parent.startswith('source.')
            or (parent.startswith('model.') and not rests_on_definitions(graph.nodes[parent])) -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}
