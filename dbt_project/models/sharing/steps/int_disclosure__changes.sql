{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code', 'basis']}],
    pre_hook="{{ clear(changed_comparisons('period_code', 'basis')) }}"
) }}
-- The figures of members that leave, with their change since the year before.
with figures_of_members as (
    select shown.*
    from {{ ref('indicator') }} as shown
    inner join {{ ref('authorities') }} as authorities on shown.authority_code = authorities.authority_code
    where authorities.is_member
),

facts as (
    {{ figures_of_the_years('figures_of_members') }}
),

figures as (
    {{ figures_with_polarity() }}
),

previous as (
    {{ figures_with_previous() }}
),

changed as (
    {{ changes_with_bounds() }}
),

final as (
    {{ changes_judged() }}
)

select * from final
