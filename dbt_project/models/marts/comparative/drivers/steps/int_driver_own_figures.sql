{{ config(materialized='ephemeral') }}
-- Every node of the trees that are open in a year, with the authority's own figure or why there is none.
with figures as (
    select * from {{ ref('int_driver_figures') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

-- A tree is open in a year once anybody has a figure for a node below its whole.
open_trees as (
    select
        period_code,
        basis,
        tree_code,
        bool_or(not authorities.is_member) as is_national
    from figures
    inner join {{ ref('authorities') }} as authorities using (authority_code)
    where kind <> 'whole' and value is not null
    group by period_code, basis, tree_code
),

respondents as (
    select
        authority_code,
        period_code,
        basis,
        tree_code,
        open_trees.is_national,
        bool_or(value is not null) as has_figures
    from figures
    inner join open_trees using (period_code, basis, tree_code)
    group by authority_code, period_code, basis, tree_code, open_trees.is_national
),

final as (
    select
        respondents.*,
        nodes.node_code,
        nodes.kind,
        figures.indicator_code,
        figures.definition_version,
        figures.multiplier,
        figures.comparable_with_previous,
        figures.ingredients,
        figures.numerator,
        figures.denominator,
        figures.value,
        figures.quality_rating,
        coalesce(
            figures.missing_reason,
            nodes.not_collected_reason,
            case when figures.node_code is null then 'The form of this year does not give it' end
        ) as missing_reason,
        nodes.not_collected_reason
    from respondents
    inner join {{ ref('driver_nodes') }} as nodes using (tree_code)
    left join figures using (authority_code, period_code, basis, tree_code, node_code)
    where nodes.kind in ('whole', 'part', 'factor')
)

select * from final
