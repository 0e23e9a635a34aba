{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook=[without_loops(), "{{ clear(changed_years_by_basis()) }}"]
) }}
-- Parts of a total that stands by itself.
with
{{ tables_of_divisions(2) }},

{{ hidden_rows(2, above=ref('int_disclosure__hidden_totals')) }},

{{ hidden_columns(2) }},

{{ hidden_cells(2) }}

select * from final
