{{ config(
    materialized='incremental', unique_key=['period_code', 'basis'], indexes=[{'columns': ['period_code']}],
    pre_hook=without_loops()
) }}
-- Parts of a total that stands by itself.
{{ hidden_figures(2, above=ref('int_disclosure__hidden_totals')) }}
