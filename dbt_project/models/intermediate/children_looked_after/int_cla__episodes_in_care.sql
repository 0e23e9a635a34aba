{{ config(materialized='ephemeral') }}
-- The episodes of every return that is or was in force, without short breaks.
with final as (
    select episodes.*
    from {{ ref('stg_ssda903__episodes') }} as episodes
    inner join {{ ref('int_decisions') }} as decisions on {{ holds_in('decisions', 'episodes.period_code') }}
    where
        child_id is not null
        and decom <= {{ year_end('period_code') }}
        and coalesce(episodes.ls, '') <> all(string_to_array(decisions.short_break_statuses, ' '))
        and {{ authorities_with_changes('ssda903', 'authority_code') }}
)

select * from final
