-- By definition a bound p has (x/n - p)^2 = z^2 p (1 - p) / n, below and above the share.
{% set bands = [(z_95(), '95'), (z_99_8(), '99.8')] %}
with counts as (
    select
        events::double precision as events,
        total::double precision as total
    from (values (1), (3), (10), (100), (12345), (100000)) as totals (total)
    cross join lateral (values (0), (1), (total / 3), (total - 1), (total)) as shares (events)
),

bounds as (
    {% for z, band in bands %}
        select
            events, total, '{{ band }}' as band, {{ z }} as z,
            {{ wilson_bound('events', 'total', z, 'lower') }} as lower,
            {{ wilson_bound('events', 'total', z, 'upper') }} as upper
        from counts
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select *
from bounds
where
    lower is null
    or upper is null
    or lower > events / total + 1e-12
    or upper < events / total - 1e-12
    or abs((events / total - lower) ^ 2 - z ^ 2 * lower * (1 - lower) / total) > 1e-12
    or abs((events / total - upper) ^ 2 - z ^ 2 * upper * (1 - upper) / total) > 1e-12
