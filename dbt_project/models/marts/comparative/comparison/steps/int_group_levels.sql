{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code', 'basis']}],
    pre_hook="{{ clear(changed_comparisons('period_code', 'basis')) }}"
) }}
-- At which level the figures of each group stood the year before, how far they truly lay apart, and how they
-- have moved since: what the change of one of them is expected from.
with figures as (
    select * from {{ ref('int_indicator_changes') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

moved as (
    {{ levels_and_moves('figures') }}
),

entered as (
    {{ moves_in_groups(ref('int_comparator_members')) }}
),

first_spread as (
    {{ first_spreads() }}
),

second_spread as (
    {{ second_spreads() }}
),

final as (
    {{ levels_of_groups() }}
)

select * from final
