-- Each authority's figure against its comparator sets: the councils of its region, those of its own type in
-- that period, and all of England once councils beyond the membership have sent theirs. The comparator pools
-- numerators and denominators where there are any; published unit costs take the median.
with figures as (
    select
        facts.*,
        indicators.value_kind,
        indicators.multiplier,
        indicators.polarity,
        indicators.comparable_with_previous,
        authorities.region,
        authorities.is_member,
        types.authority_type
    from {{ ref('fct_indicator') }} as facts
    inner join {{ ref('dim_indicator') }} as indicators
        on
            facts.indicator_code = indicators.indicator_code
            and facts.definition_version = indicators.definition_version
    inner join {{ ref('authorities') }} as authorities on facts.authority_code = authorities.authority_code
    inner join {{ ref('int_authority_periods') }} as types
        on facts.authority_code = types.authority_code and facts.period_code = types.period_code
    where
        facts.value is not null
        and {{ changed_comparisons('facts.period_code', 'facts.basis') }}
),

-- Periods in which others than members have sent something.
national as (
    select distinct
        period_code,
        basis
    from figures
    where not is_member
),

sets as (
    select
        figures.*,
        'region' as comparator_set,
        figures.region as comparator_title
    from figures
    union all
    select
        figures.*,
        'own_type' as comparator_set,
        'Councils of the same type: ' || figures.authority_type as comparator_title
    from figures
    union all
    select
        figures.*,
        'england' as comparator_set,
        'England' as comparator_title
    from figures
    inner join national using (period_code, basis)
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
                then
                    -- In one order, whatever was written when: the last digit of a sum depends on it.
                    max(multiplier) * sum(numerator order by authority_code)
                    / nullif(sum(denominator order by authority_code), 0)
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
        earlier.definition_version = ranked.definition_version
        or (
            earlier.definition_version = ranked.definition_version - 1 and ranked.comparable_with_previous
        ) as is_comparable
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
        case when is_comparable then previous_value end as previous_value,
        case when is_comparable then value - previous_value end as change
    from previous
)

select * from final
