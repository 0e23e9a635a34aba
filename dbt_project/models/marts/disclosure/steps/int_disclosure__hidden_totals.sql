{{ config(
    materialized='incremental', unique_key=['period_code', 'basis'], indexes=[{'columns': ['period_code']}],
    pre_hook=without_loops()
) }}
-- Measures that are no part of another: a small one hides among the other authorities of its region.
{{ hidden_figures(1) }}
