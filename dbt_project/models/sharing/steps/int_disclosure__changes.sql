{{ config(
    materialized='incremental', incremental_strategy='append',
    indexes=[{'columns': ['period_code', 'basis']}], pre_hook="{{ clear_changed_comparisons() }}"
) }}
-- The figures of members that leave, with their change since the year before.
with figures_of_members as (
    select shown.*
    from {{ ref('indicator') }} as shown
    inner join {{ ref('authorities') }} as authorities on shown.authority_code = authorities.authority_code
    where authorities.is_member
),

final as (
    {{ indicator_changes('figures_of_members') }}
)

select * from final
