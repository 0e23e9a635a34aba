-- How likely each member's newest figure would lie beyond its 95 % limits if all of the region were alike. A member's
-- events are then a random part of all events, drawn for its share of all who are counted (hypergeometric; of rates,
-- where the denominator is no number of events, binomial). Counts are whole, so this is not 5 % but a little more or less.
with figures as (
    select *
    from {{ ref('int_newest_figures') }}
    where
        is_member
        and funnel_position is not null
        and is_in_baseline
),

pools as (
    select
        region,
        indicator_code,
        sum(numerator order by place_code) as events,
        sum(denominator order by place_code) as counted
    from {{ ref('int_newest_figures') }}
    where is_in_baseline
    group by region, indicator_code
),

bounded as (
    select
        figures.place_code as authority_code,
        figures.indicator_code,
        figures.value_kind,
        round(figures.denominator) as own,
        round(pools.events) as events,
        round(pools.counted) as counted,
        -- The first and the last count that does not stand apart, among those that can be at all.
        greatest(
            ceil(figures.funnel_lower_95 * figures.denominator / figures.multiplier - 1e-9),
            case
                when figures.value_kind = 'proportion'
                    then round(figures.denominator) + round(pools.events) - round(pools.counted)
            end,
            0
        )::bigint as lowest,
        least(
            floor(figures.funnel_upper_95 * figures.denominator / figures.multiplier + 1e-9),
            case when figures.value_kind = 'proportion' then round(figures.denominator) end,
            round(pools.events)
        )::bigint as highest
    from figures
    inner join pools
        on figures.region = pools.region and figures.indicator_code = pools.indicator_code
),

weighed as (
    select
        bounded.authority_code,
        bounded.indicator_code,
        case bounded.value_kind
            when 'proportion' then {{ hypergeometric('count', 'own', 'events', 'counted') }}
            else {{ binomial('count', 'events', 'own / counted') }}
        end as probability
    from bounded
    cross join lateral generate_series(bounded.lowest, bounded.highest) as counts (count)
),

final as (
    select
        authority_code,
        indicator_code,
        least(greatest(1 - sum(probability order by probability), 0), 1) as probability
    from weighed
    group by authority_code, indicator_code
)

select * from final
