{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code', 'basis']}],
    pre_hook="{{ clear(changed_comparisons('period_code', 'basis')) }}"
) }}
-- What the figures that leave come to in each group that a member of the club is set beside.
with members_of_groups as (
    select * from {{ ref('int_comparator_members') }}
    where (comparator_set, comparator_group) in (
        select groups.comparator_set, groups.comparator_group
        from {{ ref('int_comparator_groups') }} as groups
        inner join {{ ref('authorities') }} as authorities
            on groups.authority_code = authorities.authority_code
        where authorities.is_member
    )
),

sizes as (
    {{ sizes_of_groups('members_of_groups') }}
),

figures as (
    {{ figures_with_merit(ref('indicator')) }}
),

entered as (
    {{ figures_in_groups('members_of_groups') }}
),

summed as (
    {{ sums_of_groups() }}
),

final as (
    {{ baselines_of_groups() }}
)

select * from final
