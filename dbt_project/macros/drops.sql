{#
    One drop at a time. dbt replaces a view by dropping the old one with all that hangs on it; two threads that do so
    over views with common dependents lock these in different order, and PostgreSQL breaks one of them off as a
    deadlock. The lock ends with the transaction that the drop is part of. It is a row that only the roles of the road may
    lock: any login could take an advisory lock, and stop every build.
#}
{% macro one_drop_at_a_time() -%}
    select 1 from {{ source('ledger', 'step') }} where step = 'drop a relation' for update
{%- endmacro %}

{% macro postgres__drop_view(relation) -%}
    {{ one_drop_at_a_time() }};
    drop view if exists {{ relation }} cascade
{%- endmacro %}

{% macro postgres__drop_table(relation) -%}
    {{ one_drop_at_a_time() }};
    drop table if exists {{ relation }} cascade
{%- endmacro %}
