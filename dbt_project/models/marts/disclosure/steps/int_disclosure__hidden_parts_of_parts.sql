{{ config(
    materialized='incremental', unique_key=['period_code', 'basis'], indexes=[{'columns': ['period_code']}],
    pre_hook=without_loops()
) }}
-- Parts of what is itself a part of a total.
{{ hidden_figures(3, above=ref('int_disclosure__hidden_parts')) }}
