-- Each authority's figure against its comparator sets: the region's members and the members of its own type.
-- The comparator pools numerators and denominators where there are any; published unit costs take the median.
with figures as (
    select
        facts.*,
        indicators.value_kind,
        indicators.multiplier,
        indicators.polarity,
        types.authority_type
    from {{ ref('fct_indicator') }} as facts
    inner join {{ ref('dim_indicator') }} as indicators
        on
            facts.indicator_code = indicators.indicator_code
            and facts.definition_version = indicators.definition_version
    inner join {{ ref('authority_types') }} as types
        on
            facts.authority_code = types.authority_code
            and facts.period_code >= types.from_period
            and facts.period_code <= coalesce(types.to_period, facts.period_code)
    where facts.value is not null
),

sets as (
    select
        figures.*,
        'region' as comparator_set,
        'West Midlands members' as comparator_title
    from figures
    union all
    select
        figures.*,
        'own_type' as comparator_set,
        'West Midlands members: ' || authority_type as comparator_title
    from figures
),

comparators as (
    select
        period_code,
        indicator_code,
        basis,
        comparator_set,
        comparator_title,
        count(*) as n,
        case
            when max(value_kind) <> 'published'
                then max(multiplier) * sum(numerator) / nullif(sum(denominator), 0)
            else percentile_cont(0.5) within group (order by value)
        end as comparator_value,
        case when max(value_kind) <> 'published' then 'pooled' else 'median' end as comparator_method
    from sets
    group by period_code, indicator_code, basis, comparator_set, comparator_title
),

ranked as (
    select
        sets.*,
        comparators.n,
        comparators.comparator_value,
        comparators.comparator_method,
        -- Ties share the lowest rank; first is best, and nobody is first where neither end is better.
        case
            when polarity = 'low' then rank() over (standing order by value)
            when polarity = 'high' then rank() over (standing order by value desc)
        end as rank
    from sets
    inner join comparators
        using (period_code, indicator_code, basis, comparator_set, comparator_title)
    window standing as (partition by period_code, indicator_code, basis, comparator_set, comparator_title)
),

previous as (
    select
        ranked.*,
        earlier.value as previous_value,
        earlier.definition_version as previous_version
    from ranked
    inner join {{ ref('dim_period') }} as periods on ranked.period_code = periods.period_code
    left join {{ ref('dim_period') }} as periods_before on periods.starts_on = periods_before.ends_on + 1
    left join {{ ref('fct_indicator') }} as earlier
        on
            ranked.authority_code = earlier.authority_code
            and ranked.indicator_code = earlier.indicator_code
            and ranked.basis = earlier.basis
            and periods_before.period_code = earlier.period_code
),

final as (
    select
        authority_code,
        period_code,
        indicator_code,
        basis,
        comparator_set,
        definition_version,
        comparator_title,
        comparator_method,
        value,
        comparator_value,
        n::integer as n,
        rank::integer as rank,
        (floor((rank - 1) * 4.0 / n) + 1)::integer as quartile,
        chr(64 + (floor((rank - 1) * 4.0 / n) + 1)::integer) as band,
        case
            when lower_99_8 is null then null
            when comparator_value > upper_99_8 then 'Low (0.001)'
            when comparator_value < lower_99_8 then 'High (0.001)'
            when comparator_value > upper_95 then 'Low (0.025)'
            when comparator_value < lower_95 then 'High (0.025)'
            else 'Not significant'
        end as funnel_position,
        case when previous_version = definition_version then previous_value end as previous_value,
        case when previous_version = definition_version then value - previous_value end as change
    from previous
)

select * from final
