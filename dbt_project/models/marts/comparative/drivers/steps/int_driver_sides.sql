{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook=[without_loops(), "{{ clear(changed_comparisons('period_code', 'basis')) }}"]
) }}
-- The two sides of each node of a driver tree: the authority's figure and that of the comparators pooled, or
-- the authority's own of the year before.
with own as (
    select * from {{ ref('int_driver_own_figures') }}
),

beside_peers as (
    select
        own.*,
        pools.compared_with,
        coalesce(pools.n, 0) as n,
        pools.numerator as other_numerator,
        pools.denominator as other_denominator,
        pools.multiplier * pools.numerator / nullif(pools.denominator, 0) as other_value,
        case
            when own.not_collected_reason is not null then own.not_collected_reason
            when pools.numerator is null and pools.is_asked
                then
                    'Of the comparators only ' || coalesce(pools.n, 0) || ' of ' || pools.candidates
                    || ' have every figure of this tree, and it takes ' || pools.least_n
            when pools.numerator is null
                then
                    'Of the comparators only ' || pools.known || ' of ' || pools.candidates
                    || ' have a figure'
        end as other_missing_reason,
        case
            when pools.candidates > pools.n
                then
                    'Left out of the comparator for want of a good figure of this tree: '
                    || pools.candidates - pools.n || ' of ' || pools.candidates
        end as note
    from own
    inner join {{ ref('int_comparator_groups') }} as groups
        on own.authority_code = groups.authority_code and own.period_code = groups.period_code
    inner join {{ ref('int_driver_pools') }} as pools
        on
            groups.comparator_set = pools.compared_with
            and groups.comparator_group = pools.group_code
            and own.period_code = pools.period_code
            and own.basis = pools.basis
            and own.tree_code = pools.tree_code
            and own.node_code = pools.node_code
),

final as (
    select
        authority_code, period_code, basis, tree_code, compared_with, node_code,
        indicator_code as node_indicator_code,
        n,
        numerator as own_numerator,
        denominator as own_denominator,
        value as own_value,
        missing_reason as own_missing_reason,
        other_numerator, other_denominator, other_value, other_missing_reason, note
    from beside_peers
    union all
    select
        authority_code, period_code, basis, tree_code,
        'previous_year' as compared_with,
        node_code,
        indicator_code as node_indicator_code,
        null as n,
        numerator as own_numerator,
        denominator as own_denominator,
        value as own_value,
        missing_reason as own_missing_reason,
        case when is_comparable then earlier_numerator end as other_numerator,
        case when is_comparable then earlier_denominator end as other_denominator,
        case when is_comparable then earlier_value end as other_value,
        other_missing_reason,
        null as note
    from {{ ref('int_driver_earlier_figures') }}
)

select * from final
