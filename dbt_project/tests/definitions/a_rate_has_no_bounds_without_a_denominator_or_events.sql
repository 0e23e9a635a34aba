-- Nothing to divide by, a negative count, one of the two missing: no interval, no limit, no error.
with counts (events, denominator) as (
    values
    (0::double precision, 0::double precision),
    (12, 0),
    (5, -100),
    (-1, 100),
    (null, 100),
    (3, null)
),

bounds as (
    {% for band in ['95', '99_8'] %}
        {% for side in ['lower', 'upper'] %}
            select
                events, denominator, '{{ side }} {{ band }}' as bound,
                {{ rate_bound('events', 'denominator', '10000', band, side) }} as interval_bound,
                {{ rate_limit('events', 'denominator', '10000', band, side) }} as funnel_limit
            from counts
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select *
from bounds
where interval_bound is not null or funnel_limit is not null
