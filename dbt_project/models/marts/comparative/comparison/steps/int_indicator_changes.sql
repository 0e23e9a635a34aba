{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code', 'basis']}],
    pre_hook="{{ clear(changed_comparisons('period_code', 'basis')) }}"
) }}
-- Each figure with what became of it since the year before: only where that year has a figure by the
-- same definition, or by one that the register declares comparable. The change is tested where both have
-- an interval.
with facts as (
    {{ figures_of_the_years(ref('fct_indicator')) }}
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
