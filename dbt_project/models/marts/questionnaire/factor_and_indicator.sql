-- Whether answers and figures of an indicator go together, how often chance alone gives as much, and how many such pairs chance
-- alone would give among all that were looked at.
with pairs as (
    select
        *,
        round_code || '/' || question_code || '/' || indicator_code as pair
    from {{ ref('int_answered_indicators') }}
),

orders as (
    select * from {{ ref('int_answer_orders') }}
),

ways as (
    select
        one_sizes,
        other_sizes,
        abs(statistic) as distance,
        sum(ways) as ways
    from {{ ref('int_chances_of_orders') }}
    group by one_sizes, other_sizes, abs(statistic)
),

-- How probable it is that chance gives at least this.
chances as (
    select
        one_sizes,
        other_sizes,
        distance,
        sum(ways) over (partition by one_sizes, other_sizes) as permutations,
        sum(ways) over (partition by one_sizes, other_sizes order by distance desc)
        / sum(ways) over (partition by one_sizes, other_sizes) as p_value
    from ways
),

-- Few points can have few probabilities: the largest of them that is at most 5 %.
attained as (
    select
        one_sizes,
        other_sizes,
        coalesce(max(p_value) filter (where p_value <= 0.05), 0) as chance_below_05
    from chances
    group by one_sizes, other_sizes
),

judged as (
    select
        pairs.round_code,
        pairs.question_code,
        pairs.question_version,
        pairs.factor,
        pairs.indicator_code,
        pairs.period_code,
        pairs.basis,
        definitions.polarity,
        coalesce(orders.n, 0)::integer as n,
        case
            when pairs.period_code is null
                then 'No year that had ended when the round closed has a figure of a member'
            when coalesce(orders.n, 0) < decisions.min_correlation_points
                then
                    coalesce(orders.n, 0) || ' members have both an answer and a figure; '
                    || decisions.min_correlation_points || ' are needed'
            when orders.n > {{ most_points() }}
                then 'More than {{ most_points() }} points cannot be counted exactly'
            when orders.tau_b is null then 'All answer alike, or all figures are alike'
        end as missing_reason,
        orders.statistic,
        orders.tau_b,
        chances.permutations,
        chances.p_value,
        attained.chance_below_05
    from pairs
    left join orders on pairs.pair = orders.pair
    left join {{ ref('int_decisions') }} as decisions on {{ holds_in('decisions', 'pairs.period_code') }}
    left join {{ ref('dim_indicator') }} as definitions
        on
            pairs.indicator_code = definitions.indicator_code
            and pairs.definition_version = definitions.definition_version
    left join chances
        on
            orders.one_sizes = chances.one_sizes
            and orders.other_sizes = chances.other_sizes
            and abs(orders.statistic) = chances.distance
    left join attained on orders.one_sizes = attained.one_sizes and orders.other_sizes = attained.other_sizes
),

bounded as (
    select
        *,
        {{ kendall_bound('tau_b', 'n', 'lower') }} as lower_95,
        {{ kendall_bound('tau_b', 'n', 'upper') }} as upper_95
    from judged
),

final as (
    select
        round_code,
        question_code,
        question_version,
        indicator_code,
        factor,
        period_code,
        basis,
        n,
        case when missing_reason is null then statistic end as statistic,
        case when missing_reason is null then tau_b end as correlation,
        case when missing_reason is null then lower_95 end as lower_95,
        case when missing_reason is null then upper_95 end as upper_95,
        case when missing_reason is null then p_value end as p_value,
        case when missing_reason is null then permutations end as permutations,
        case when missing_reason is null then 'kendall tau-b, all permutations' end as method,
        case
            when missing_reason is not null then null
            when p_value > 0.05 then 'not shown'
            else 'more goes with ' || {{ word_by_polarity('tau_b > 0', 'polarity') }}
        end as reading,
        missing_reason,
        count(*) filter (where missing_reason is null) over of_round as pairs_looked_at,
        count(*) filter (where missing_reason is null and p_value <= 0.05) over of_round as pairs_below_05,
        coalesce(sum(chance_below_05) filter (where missing_reason is null) over of_round, 0)
            as pairs_below_05_by_chance
    from bounded
    window of_round as (partition by round_code)
)

select * from final
