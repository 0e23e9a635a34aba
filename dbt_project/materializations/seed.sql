{#
  A seed whose table was loaded from the same file, with the same types and words, stays as it is: loading all of them is
  a third of a small build of everything, and nothing can begin before. What was loaded stands in `staging.loaded_seeds`,
  written in the transaction that loads it.
#}
{% materialization seed, adapter='postgres' %}
    {%- set loaded = run_query(
        "select seed from " ~ loaded_seeds() ~ " where seed = '" ~ this.identifier ~ "' and digest = '" ~ digest_of_seed() ~ "'"
    ) -%}
    {%- if loaded.rows and stands(this) -%}
        {# dbt wants to be able to show what it loaded. #}
        {%- do store_result('agate_table', response='OK', agate_table=loaded) -%}
        {{ return(left_as_it_is('table')) }}
    {%- endif -%}
    {{ return(materialization_seed_default()) }}
{% endmaterialization %}
