{{ config(materialized='ephemeral') }}
-- The episodes of every return that is or was in force, without short breaks.
with final as (
    select *
    from {{ ref('stg_ssda903__episodes') }}
    where
        child_id is not null
        and decom <= {{ year_end('period_code') }}
        and coalesce(ls, '') <> all(string_to_array({{ decision('short_break_statuses') }}, ' '))
        and {{ authorities_with_changes('ssda903', 'authority_code') }}
)

select * from final
