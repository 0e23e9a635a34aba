{{ config(
    materialized='incremental', unique_key=['period_code', 'basis'], indexes=[{'columns': ['period_code']}],
    pre_hook=without_loops()
) }}
-- The two sides of each node of a driver tree: the authority's figure and that of the comparators
-- pooled, or the authority's own of the year before. The comparators of a tree are those that have all
-- the figures which most of them have, so that every node is pooled over the same authorities and the
-- parts can add up to the whole.
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

own as (
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
),

candidates as (
    select
        members.comparator_set as compared_with,
        members.comparator_group as group_code,
        own.*,
        -- A part of which there is none is known; a whole without a denominator is no figure. One rated too
        -- low for the set is no mark for others.
        own.numerator is not null
        and own.denominator is not null
        and (own.kind = 'part' or own.value is not null)
        and coalesce(own.quality_rating, sets.least_rating) <= sets.least_rating as is_known
    from own
    inner join {{ ref('int_comparator_members') }} as members
        on own.authority_code = members.member_code and own.period_code = members.period_code
    inner join {{ ref('comparator_sets') }} as sets on members.comparator_set = sets.comparator_set
    where own.has_figures and (sets.made_by <> 'country' or own.is_national)
),

-- What most of them have is asked of each; what few have is not.
asked as (
    select
        compared_with,
        group_code,
        period_code,
        basis,
        tree_code,
        node_code,
        count(*) as candidates,
        count(*) filter (where is_known) as known,
        2 * count(*) filter (where is_known) > count(*) as is_asked
    from candidates
    group by compared_with, group_code, period_code, basis, tree_code, node_code
),

members as (
    select
        candidates.*,
        asked.is_asked,
        bool_and(candidates.is_known or not asked.is_asked) over (
            partition by
                candidates.compared_with, candidates.group_code, candidates.authority_code,
                candidates.period_code, candidates.basis, candidates.tree_code
        ) as is_complete
    from candidates
    inner join asked using (compared_with, group_code, period_code, basis, tree_code, node_code)
),

pooled as (
    select
        compared_with,
        group_code,
        period_code,
        basis,
        tree_code,
        node_code,
        max(multiplier) as multiplier,
        count(*)::integer as n,
        -- In one order, whatever was written when: the last digit of a sum depends on it.
        case when bool_and(is_asked) then sum(numerator order by authority_code) end as numerator,
        case when bool_and(is_asked) then sum(denominator order by authority_code) end as denominator
    from members
    where is_complete
    group by compared_with, group_code, period_code, basis, tree_code, node_code
),

beside_peers as (
    select
        own.*,
        asked.compared_with,
        coalesce(pooled.n, 0) as n,
        pooled.numerator as other_numerator,
        pooled.denominator as other_denominator,
        pooled.multiplier * pooled.numerator / nullif(pooled.denominator, 0) as other_value,
        case
            when own.not_collected_reason is not null then own.not_collected_reason
            when pooled.numerator is null
                then
                    'Of the comparators only ' || asked.known || ' of ' || asked.candidates
                    || ' have a figure'
        end as other_missing_reason,
        case
            when asked.candidates > pooled.n
                then
                    'Left out of the comparator for want of a good figure of this tree: '
                    || asked.candidates - pooled.n || ' of ' || asked.candidates
        end as note
    from own
    inner join {{ ref('int_comparator_groups') }} as groups
        on own.authority_code = groups.authority_code and own.period_code = groups.period_code
    inner join asked
        on
            groups.comparator_set = asked.compared_with
            and groups.comparator_group = asked.group_code
            and own.period_code = asked.period_code
            and own.basis = asked.basis
            and own.tree_code = asked.tree_code
            and own.node_code = asked.node_code
    left join pooled
        on
            asked.compared_with = pooled.compared_with
            and asked.group_code = pooled.group_code
            and asked.period_code = pooled.period_code
            and asked.basis = pooled.basis
            and asked.tree_code = pooled.tree_code
            and asked.node_code = pooled.node_code
),

periods_before as (
    select
        periods.period_code,
        before.period_code as period_before
    from {{ ref('dim_period') }} as periods
    left join {{ ref('dim_period') }} as before on periods.starts_on = before.ends_on + 1
),

earlier as (
    select
        own.*,
        earlier.numerator as earlier_numerator,
        earlier.denominator as earlier_denominator,
        earlier.value as earlier_value,
        earlier.missing_reason as earlier_missing_reason,
        -- The same formula, also under another code, or declared comparable with the version before.
        (earlier.multiplier = own.multiplier and earlier.ingredients = own.ingredients)
        or (
            earlier.indicator_code = own.indicator_code
            and earlier.definition_version = own.definition_version - 1
            and own.comparable_with_previous
        ) as is_comparable
    from own
    inner join periods_before using (period_code)
    left join {{ ref('int_driver_figures') }} as earlier
        on
            own.authority_code = earlier.authority_code
            and periods_before.period_before = earlier.period_code
            and own.basis = earlier.basis
            and own.node_code = earlier.node_code
),

beside_year_before as (
    select
        *,
        case
            when not_collected_reason is not null then not_collected_reason
            when is_comparable is null then 'There is no figure of the year before'
            when not is_comparable then 'The definition differs from that of the year before'
            else earlier_missing_reason
        end as other_missing_reason
    from earlier
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
    from beside_year_before
)

select * from final
