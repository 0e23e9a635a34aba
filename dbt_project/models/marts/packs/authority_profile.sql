-- Where each member stands: a row for every indicator of every group, in its newest year, with what a spine chart
-- draws of it. An indicator that a member has no figure of has a row that says why.
with groups as (
    select * from {{ ref('indicator_group') }}
),

newest as (
    select * from {{ ref('int_newest_figures') }}
),

-- One year, basis and definition an indicator, whoever has a figure.
years as (
    select
        indicator_code,
        max(period_code) as period_code,
        max(basis) as basis,
        max(definition_version) as definition_version
    from newest
    group by indicator_code
),

by_size as (
    select
        place_code,
        indicator_code,
        rank() over of_the_region as position_by_size,
        count(*) over (partition by region, indicator_code) as n_by_size
    from newest
    where value is not null
    window of_the_region as (partition by region, indicator_code order by value desc)
),

in_thousands as (
    select distinct
        components.indicator_code,
        components.definition_version
    from {{ ref('bridge_indicator_measure') }} as components
    inner join {{ ref('dim_measure') }} as measures on components.measure_code = measures.measure_code
    where components.role = 'numerator' and measures.unit = '£ thousand'
),

members as (
    select
        groups.group_code,
        groups.position,
        groups.decimals,
        years.*,
        authorities.authority_code,
        authorities.name as authority_name,
        authorities.region
    from groups
    inner join years on groups.indicator_code = years.indicator_code
    cross join {{ ref('dim_authority') }} as authorities
    where authorities.is_member
),

final as (
    select
        members.group_code,
        members.authority_code,
        members.indicator_code,
        members.authority_name,
        members.region,
        members.position,
        members.decimals,
        members.period_code,
        members.basis,
        members.definition_version,
        indicators.title,
        indicators.domain,
        indicators.unit,
        indicators.polarity,
        indicators.value_kind,
        newest.numerator,
        newest.denominator,
        newest.value,
        newest.lower_95,
        newest.upper_95,
        case
            when newest.value is null
                then coalesce(newest.missing_reason, 'No figure has been sent')
        end as missing_reason,
        newest.decisions,
        newest.quality_rating,
        quality.reasons as quality_reasons,
        newest.region_value,
        newest.region_n,
        newest.region_method,
        newest.region_too_few,
        newest.region_minimum,
        newest.region_lower_quartile,
        newest.region_median,
        newest.region_upper_quartile,
        newest.region_maximum,
        newest.own_type_value,
        newest.neighbours_value,
        newest.england_value,
        newest.is_in_baseline,
        newest.rank,
        newest.n_ranked,
        newest.rank_lower_95,
        newest.rank_upper_95,
        by_size.position_by_size::integer as position_by_size,
        by_size.n_by_size::integer as n_by_size,
        newest.funnel_position,
        newest.funnel_lower_95,
        newest.funnel_upper_95,
        newest.funnel_lower_99_8,
        newest.funnel_upper_99_8,
        chances.probability as chance_of_standing_apart,
        newest.previous_value,
        newest.change,
        newest.is_change_significant,
        newest.direction_of_travel,
        newest.expected_change_lower_95,
        newest.expected_change_upper_95,
        newest.change_beyond_expected,
        newest.value - newest.region_value as gap,
        case
            when in_thousands.indicator_code is not null
                then 1000 * (newest.value - newest.region_value) * newest.denominator / newest.multiplier
        end as gap_pounds_a_year
    from members
    inner join {{ ref('dim_indicator') }} as indicators
        on
            members.indicator_code = indicators.indicator_code
            and members.definition_version = indicators.definition_version
    left join newest
        on
            members.authority_code = newest.place_code
            and members.indicator_code = newest.indicator_code
    left join by_size
        on
            members.authority_code = by_size.place_code
            and members.indicator_code = by_size.indicator_code
    left join in_thousands
        on
            members.indicator_code = in_thousands.indicator_code
            and members.definition_version = in_thousands.definition_version
    left join {{ ref('int_chance_of_standing_apart') }} as chances
        on
            members.authority_code = chances.authority_code
            and members.indicator_code = chances.indicator_code
    left join {{ ref('fct_quality') }} as quality
        on
            members.authority_code = quality.authority_code
            and members.period_code = quality.period_code
            and members.indicator_code = quality.indicator_code
            and members.basis = quality.basis
)

select * from final
