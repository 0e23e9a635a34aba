{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code', 'basis']}],
    pre_hook="{{ clear(changed_comparisons('period_code', 'basis')) }}"
) }}
-- The figures of members that leave, beside their comparators: compared as in the club, but by nothing that
-- does not leave. So no comparator, rank, funnel position or change tells of a figure that is hidden.
with figures as (
    select * from {{ ref('int_disclosure__changes') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

baselines as (
    select * from {{ ref('int_disclosure__baselines') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

compared as (
    {{ figures_beside_baselines() }}
),

ranked as (
    {{ ranks_and_positions() }}
),

final as (
    select
        ranked.authority_code,
        ranked.period_code,
        ranked.indicator_code,
        ranked.basis,
        ranked.comparator_set,
        ranked.definition_version,
        ranked.comparator_title,
        ranked.comparator_method,
        ranked.value,
        ranked.comparator_value,
        ranked.pooled_value,
        ranked.median_value,
        ranked.mean_value,
        ranked.minimum_value,
        ranked.lower_quartile_value,
        ranked.upper_quartile_value,
        ranked.maximum_value,
        ranked.n::integer as n,
        ranked.n_missing::integer as n_missing,
        ranked.n_left_out::integer as n_left_out,
        ranked.too_few,
        ranked.n_ranked::integer as n_ranked,
        ranked.rank::integer as rank,
        ranked.quartile,
        chr(64 + ranked.quartile) as band,
        ranked.funnel_position,
        ranked.previous_value,
        ranked.change,
        ranked.change_lower_95,
        ranked.change_upper_95,
        ranked.is_change_significant,
        ranked.direction_of_travel,
        shown.is_rounded,
        {{ funnel_limits(
            'ranked.value_kind', 'ranked.comparator_value', 'ranked.denominator', 'ranked.multiplier'
        ) }}
    from ranked
    inner join {{ ref('indicator') }} as shown using (authority_code, period_code, indicator_code, basis)
)

select * from final
