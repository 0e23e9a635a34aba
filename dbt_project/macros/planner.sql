{#
  What PostgreSQL's planner is told. It knows nothing of a table that was made a moment ago, so each is analysed; and it
  knows nothing of what a statement makes on its way, which it takes for one row. Where a model goes through such rows, a
  loop over them would be quadratic in authorities or children, and the model forbids it for its own transaction.
#}

{#
  Before every model. The rows of some slices are few: a parallel worker takes longer to start than to read them. Not a
  setting of the connection, which a pooler would refuse.
#}
{% macro without_workers_for_changes() %}
    {%- if since_decision() > 0 and model.config.materialized in ['table', 'incremental'] -%}
        set local max_parallel_workers_per_gather = 0
    {%- endif -%}
{% endmacro %}

{# After every model that is a table. #}
{% macro analyze_table() %}
    {%- if model.config.materialized in ['table', 'incremental'] -%}
        analyze {{ this }}
    {%- endif -%}
{% endmacro %}

{% macro without_loops() %}set local enable_nestloop = off{% endmacro %}

{# A merge along the slices alone would be quadratic in the children. #}
{% macro without_merges() %}set local enable_mergejoin = off{% endmacro %}

{# Where a few rows in each group are expected and there are hundreds of thousands, all of them would be sorted. #}
{% macro without_sorts() %}set local enable_sort = off{% endmacro %}

{# In the order in which the joins are written. #}
{% macro joined_as_written() %}set local join_collapse_limit = 1{% endmacro %}
