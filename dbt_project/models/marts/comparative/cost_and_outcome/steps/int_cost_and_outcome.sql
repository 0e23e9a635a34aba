-- Authorities that have both figures of a pair of cost and outcome, in each of the comparator groups that
-- they are in, with the rank of either figure there; ties share the mean of their ranks. A figure rated
-- too low for the set is left out, and so is who left the group between the years of cost and outcome.
with grouped as (
    select
        figures.*,
        members.comparator_set,
        members.comparator_group,
        -- England is no comparison among members alone.
        sets.made_by <> 'country'
        or bool_or(not authorities.is_member) over (partition by figures.pair_code, figures.period_code)
            as makes_a_comparator
    from {{ ref('int_cost_and_outcome_figures') }} as figures
    inner join {{ ref('int_comparator_members') }} as members
        on figures.authority_code = members.member_code and figures.period_code = members.period_code
    inner join {{ ref('int_comparator_members') }} as members_later
        on
            members.comparator_set = members_later.comparator_set
            and members.comparator_group = members_later.comparator_group
            and members.member_code = members_later.member_code
            and figures.outcome_period_code = members_later.period_code
    inner join {{ ref('comparator_sets') }} as sets on members.comparator_set = sets.comparator_set
    inner join {{ ref('authorities') }} as authorities on figures.authority_code = authorities.authority_code
    where
        -- Neighbours are another group for each authority, too small to correlate.
        sets.made_by <> 'statistical_neighbours'
        and coalesce(figures.cost_rating, sets.least_rating) <= sets.least_rating
        and coalesce(figures.outcome_rating, sets.least_rating) <= sets.least_rating
),

final as (
    select
        pair_code,
        cost_indicator_code,
        cost_basis,
        outcome_indicator_code,
        outcome_basis,
        outcome_polarity,
        caveat,
        authority_code,
        period_code,
        outcome_period_code,
        comparator_set,
        comparator_group,
        cost_value,
        outcome_value,
        rank() over cheapest_first + (count(*) over of_one_cost - 1) / 2.0 as cost_rank,
        rank() over lowest_first + (count(*) over of_one_outcome - 1) / 2.0 as outcome_rank
    from grouped
    where makes_a_comparator
    window
        cheapest_first as (
            partition by pair_code, period_code, comparator_set, comparator_group order by cost_value
        ),
        of_one_cost as (
            partition by pair_code, period_code, comparator_set, comparator_group, cost_value
        ),
        lowest_first as (
            partition by pair_code, period_code, comparator_set, comparator_group order by outcome_value
        ),
        of_one_outcome as (
            partition by pair_code, period_code, comparator_set, comparator_group, outcome_value
        )
)

select * from final
