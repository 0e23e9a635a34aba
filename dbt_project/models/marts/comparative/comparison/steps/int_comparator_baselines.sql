{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code', 'basis']}],
    pre_hook="{{ clear(changed_comparisons('period_code', 'basis')) }}"
) }}
-- What the figures of each group come to, once for all who are set beside it: pooled, median, mean and
-- spread. Figures that are rated too low for the set are counted and left out. England is a comparator
-- once a council beyond the membership has a figure.
with sizes as (
    {{ sizes_of_groups(ref('int_comparator_members')) }}
),

figures as (
    {{ figures_with_merit(ref('fct_indicator')) }}
),

entered as (
    {{ figures_in_groups(ref('int_comparator_members')) }}
),

summed as (
    {{ sums_of_groups() }}
),

final as (
    {{ baselines_of_groups() }}
)

select * from final
