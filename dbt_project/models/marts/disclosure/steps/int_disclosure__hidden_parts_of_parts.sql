{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook=[without_loops(), "{{ clear(changed_years_by_basis()) }}"]
) }}
-- Parts of what is itself a part of a total.
with
{{ tables_of_divisions(3) }},

{{ hidden_rows(3, above=ref('int_disclosure__hidden_parts')) }},

{{ hidden_columns(3) }},

{{ hidden_cells(3) }}

select * from final
