{# Its rows stand on figures of every basis; a pair's year is written anew as a whole. #}
{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook="{{ clear(changed_pairs()) }}"
) }}
-- What is paid beside what comes of it: each authority's unit cost and outcome of a declared pair, and
-- on which side of the medians of its comparators they lie.
with figures as (
    select * from {{ ref('int_cost_and_outcome') }}
    where {{ changed_pairs() }}
),

medians as (
    select
        pair_code,
        period_code,
        comparator_set,
        comparator_group,
        count(*)::integer as n,
        percentile_cont(0.5) within group (order by cost_value) as cost_median,
        percentile_cont(0.5) within group (order by outcome_value) as outcome_median
    from figures
    group by pair_code, period_code, comparator_set, comparator_group
),

placed as (
    select
        figures.*,
        medians.n,
        medians.cost_median,
        medians.outcome_median,
        case
            when figures.cost_value < medians.cost_median then 'lower'
            when figures.cost_value > medians.cost_median then 'higher'
            else 'at the median'
        end as cost_position,
        case
            when figures.outcome_value = medians.outcome_median then 'at the median'
            else {{ word_by_polarity('figures.outcome_value > medians.outcome_median', 'outcome_polarity') }}
        end as outcome_position
    from figures
    inner join medians using (pair_code, period_code, comparator_set, comparator_group)
),

final as (
    select
        authority_code,
        period_code,
        outcome_period_code,
        pair_code,
        comparator_set,
        comparator_group,
        cost_indicator_code,
        cost_basis,
        outcome_indicator_code,
        outcome_basis,
        cost_value,
        outcome_value,
        n,
        cost_median,
        outcome_median,
        cost_position,
        outcome_position,
        case
            when 'at the median' not in (cost_position, outcome_position)
                then cost_position || ' cost, ' || outcome_position || ' outcome'
            else 'on a median'
        end as quadrant,
        caveat
    from placed
)

select * from final
