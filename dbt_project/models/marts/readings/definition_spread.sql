-- Of a year, how far the order of the members depends on how the definition is read, and how the spread between them
-- divides. If every department read in a way of its own, the variance of their figures would be that of their means
-- over all readings and, by the law of total variance, the mean of the variances over the readings of each: the part of
-- the definition. Of the variance of the means chance makes p (1 - p) / n, which is subtracted as in a random-effects
-- analysis by the method of moments (DerSimonian R, Laird N 1986, Controlled Clinical Trials 7:177-188; variance
-- components: Searle SR, Casella G, McCulloch CE 1992, Variance Components, Wiley). What remains is no less than 0.
with ranked as (
    select
        readings.*,
        indicators.multiplier,
        indicators.value_kind
    from {{ ref('fct_reading') }} as readings
    inner join {{ ref('dim_indicator') }} as indicators
        on
            readings.indicator_code = indicators.indicator_code
            and readings.definition_version = indicators.definition_version
    where readings.rank is not null
),

-- Which of two members comes first, by every reading.
pairs as (
    select
        one.period_code,
        one.indicator_code,
        one.authority_code,
        other.authority_code as other_code,
        min(sign(one.rank - other.rank)) = max(sign(one.rank - other.rank)) as is_one_order
    from ranked as one
    inner join ranked as other
        on
            one.period_code = other.period_code
            and one.indicator_code = other.indicator_code
            and one.reading_code = other.reading_code
            and one.authority_code < other.authority_code
    group by one.period_code, one.indicator_code, one.authority_code, other.authority_code
),

orders as (
    select
        period_code,
        indicator_code,
        count(*)::integer as pairs,
        count(*) filter (where is_one_order)::integer as pairs_in_one_order
    from pairs
    group by period_code, indicator_code
),

members as (
    select
        period_code,
        indicator_code,
        definition_version,
        value_kind,
        authority_code,
        avg(value) as mean_value,
        var_pop(value) as variance_by_readings,
        avg(
            case value_kind
                when 'proportion' then value * (multiplier - value) / denominator
                when 'rate' then multiplier * value / denominator
            end
        ) as variance_by_chance,
        max(build_id) as build_id
    from ranked
    group by period_code, indicator_code, definition_version, value_kind, authority_code
),

spreads as (
    select
        period_code,
        indicator_code,
        definition_version,
        count(*)::integer as members,
        var_samp(mean_value) as variance_of_means,
        avg(variance_by_readings) as by_definition,
        avg(variance_by_chance) as by_chance,
        max(build_id) as build_id
    from members
    group by period_code, indicator_code, definition_version
),

final as (
    select
        spreads.period_code,
        spreads.indicator_code,
        spreads.definition_version,
        spreads.members,
        orders.pairs,
        orders.pairs_in_one_order,
        sqrt(spreads.variance_of_means + spreads.by_definition) as standard_deviation,
        spreads.variance_of_means + spreads.by_definition as variance,
        spreads.by_definition as variance_by_definition,
        least(spreads.by_chance, spreads.variance_of_means) as variance_by_chance,
        greatest(spreads.variance_of_means - spreads.by_chance, 0) as variance_remaining,
        spreads.by_chance > spreads.variance_of_means as is_less_than_chance,
        spreads.build_id
    from spreads
    inner join orders
        on spreads.period_code = orders.period_code and spreads.indicator_code = orders.indicator_code
    where spreads.by_chance is not null
)

select * from final
