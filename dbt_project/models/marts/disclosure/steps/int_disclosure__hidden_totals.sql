{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook=[without_loops(), "{{ clear(changed_years_by_basis()) }}"]
) }}
-- Measures that are no part of another: a small one hides among the other authorities of its region.
with
{{ tables_of_divisions(1) }},

{{ hidden_rows(1) }},

{{ hidden_columns(1) }},

{{ hidden_cells(1) }}

select * from final
