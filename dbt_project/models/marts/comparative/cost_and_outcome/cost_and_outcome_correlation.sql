{# Its rows stand on figures of every basis; a pair's year is written anew as a whole. #}
{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook="{{ clear(changed_pairs()) }}"
) }}
-- Whether a unit cost and an outcome go together among the authorities of a group and year: Spearman's
-- rank correlation (1904, American Journal of Psychology 15:72-101), because one costly placement must
-- not make it.
with correlated as (
    select
        pair_code,
        period_code,
        comparator_set,
        comparator_group,
        max(outcome_period_code) as outcome_period_code,
        max(cost_indicator_code) as cost_indicator_code,
        max(cost_basis) as cost_basis,
        max(outcome_indicator_code) as outcome_indicator_code,
        max(outcome_basis) as outcome_basis,
        max(outcome_polarity) as outcome_polarity,
        max(caveat) as caveat,
        count(*)::integer as n,
        -- In one order: the last digit of a sum depends on it.
        corr(cost_rank, outcome_rank order by authority_code) as coefficient,
        max(decisions.min_correlation_points) as points_needed
    from {{ ref('int_cost_and_outcome') }} as points
    inner join {{ ref('int_decisions') }} as decisions on {{ holds_in('decisions', 'points.period_code') }}
    where {{ changed_pairs() }}
    group by pair_code, period_code, comparator_set, comparator_group
),

judged as (
    select
        *,
        case
            when n < points_needed or coefficient is null then null
            -- That of a perfect order may end in a digit beyond 1.
            else least(greatest(coefficient, -1), 1)
        end as correlation,
        case
            when n < points_needed
                then n || ' authorities have both figures; ' || points_needed || ' are needed'
            when coefficient is null then 'All have the same cost, or all the same outcome'
        end as missing_reason
    from correlated
),

bounded as (
    select
        *,
        {{ rank_correlation_bound('correlation', 'n', 'lower') }} as lower_95,
        {{ rank_correlation_bound('correlation', 'n', 'upper') }} as upper_95
    from judged
),

final as (
    select
        pair_code,
        period_code,
        comparator_set,
        comparator_group,
        outcome_period_code,
        cost_indicator_code,
        cost_basis,
        outcome_indicator_code,
        outcome_basis,
        n,
        correlation,
        lower_95,
        upper_95,
        case when correlation is not null then 'spearman' end as method,
        case
            when correlation is null then null
            when coalesce(lower_95, correlation) <= 0 and coalesce(upper_95, correlation) >= 0
                then 'not shown'
            else 'dearer goes with ' || {{ word_by_polarity('correlation > 0', 'outcome_polarity') }}
        end as reading,
        missing_reason,
        caveat
    from bounded
)

select * from final
