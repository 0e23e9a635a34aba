{{ config(materialized='ephemeral') }}
-- The figures of each group that ranks are read from, with their intervals for as many figures as there are:
-- the group's, or one more where a figure beside it takes a rank among them.
with figures as (
    {{ figures_with_merit(ref('fct_indicator')) }}
),

entered as (
    {{ figures_in_groups(ref('int_comparator_members')) }}
),

baselines as (
    select * from {{ ref('int_comparator_baselines') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

final as (
    select
        entered.comparator_set,
        entered.comparator_group,
        entered.period_code,
        entered.indicator_code,
        entered.basis,
        entered.authority_code,
        deviates.figures as n_ranked,
        entered.value,
        {%- for side in ['lower', 'upper'] %}
            {{ bound_at(
                'entered.value_kind', 'entered.numerator', 'entered.denominator', 'entered.multiplier',
                'deviates.deviate', side
            ) }} as rank_{{ side }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from entered
    inner join baselines
        on
            entered.comparator_set = baselines.comparator_set
            and entered.comparator_group = baselines.comparator_group
            and entered.period_code = baselines.period_code
            and entered.indicator_code = baselines.indicator_code
            and entered.basis = baselines.basis
    inner join {{ ref('rank_set_deviates') }} as deviates
        on deviates.figures in (baselines.n, baselines.n + 1)
    where entered.is_in and entered.merit is not null and entered.value_kind in ('proportion', 'rate')
)

select * from final
