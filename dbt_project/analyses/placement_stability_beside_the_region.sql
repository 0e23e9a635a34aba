-- Service, finance and outcome of placement stability of one year, each member beside the region.
-- dbt compile --select placement_stability_beside_the_region --vars '{period: 2023-24}'
with region as (
    select
        period_code,
        max(comparator_value) filter (where indicator_code = 'A1') as a1_region,
        max(comparator_value) filter (where indicator_code = 'L294') as l294_region
    from {{ ref('fct_comparison') }}
    where
        comparator_set = 'region'
        and basis = 'published'
        and comparator_group in (
            select {{ region_code('region') }} from {{ ref('dim_authority') }}
            where is_member
        )
    group by period_code
)

select
    members.authority_name,
    members.authority_type,
    members.cla_at_31_march,
    members.l294_weekly_cost_outturn,
    region.l294_region,
    members.l294_weekly_cost_outturn - region.l294_region as l294_above_region,
    members.a1_three_or_more_placements,
    members.a1_lower_95,
    members.a1_upper_95,
    region.a1_region,
    comparison.rank,
    comparison.n,
    comparison.funnel_position,
    comparison.false_alarm_probability
from {{ ref('placement_stability') }} as members
left join region on members.period_code = region.period_code
left join {{ ref('fct_comparison') }} as comparison
    on
        members.authority_code = comparison.authority_code
        and members.period_code = comparison.period_code
        and comparison.indicator_code = 'A1'
        and comparison.comparator_set = 'region'
        and comparison.basis = 'published'
where members.period_code = '{{ var("period", "2023-24") }}'
order by members.authority_name
