-- By its own interval against the baseline, or by its value against the limits of its size: the same word.
with cases as (
    select
        'proportion' as kind,
        events::double precision as events,
        200::double precision as denominator,
        37.5::double precision as baseline,
        0.375 as share
    from generate_series(0, 200) as counts (events)
    union all
    -- The expected counts are 0.5, 6, 15 and 60.
    select
        'rate' as kind,
        events,
        10000 * expected / 25 as denominator,
        25 as baseline,
        null as share
    from generate_series(0, 120) as counts (events)
    cross join (values (0.5), (6), (15), (60)) as sizes (expected)
),

measured as (
    select
        *,
        {% for band, z in [('95', z_95()), ('99_8', z_99_8())] %}
            {% for side in ['lower', 'upper'] %}
                case kind
                    when 'proportion' then 100 * {{ wilson_bound('events', 'denominator', z, side) }}
                    else {{ rate_bound('events', 'denominator', 10000, band, side) }}
                end as {{ side }}_{{ band }},
                case kind
                    when 'proportion' then 100 * {{ proportion_limit('share', 'denominator', band, side) }}
                    else {{ rate_limit('baseline', 'denominator', 10000, band, side) }}
                end as limit_{{ side }}_{{ band }},
            {% endfor %}
        {% endfor %}
        case kind when 'proportion' then 100 else 10000 end * events / denominator as value
    from cases
),

positioned as (
    select
        *,
        {{ funnel_position('baseline') }} as by_interval,
        case
            when value < limit_lower_99_8 then 'Low (0.001)'
            when value > limit_upper_99_8 then 'High (0.001)'
            when value < limit_lower_95 then 'Low (0.025)'
            when value > limit_upper_95 then 'High (0.025)'
            else 'Not significant'
        end as by_limit
    from measured
)

select kind, baseline, denominator, events::text as events, by_interval, by_limit
from positioned
where by_interval is distinct from by_limit
union all
-- All five are among the cases of each kind, or nothing has been shown.
select
    kind, null as baseline, null as denominator, null as events,
    string_agg(distinct by_interval, ', ') as by_interval, null as by_limit
from positioned
group by kind
having count(distinct by_interval) < 5
