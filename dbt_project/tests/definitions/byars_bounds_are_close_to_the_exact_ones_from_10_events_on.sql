-- An approximation (Breslow and Day 1987): of 10 events what its tails hold is out by 1.2 % at 95 %
-- and by 12 % at 99.8 % at most, of 100 by a tenth of that.
{% set bands = [('95', 0.025, 0.12), ('99_8', 0.001, 1.2)] %}
with limits as (
    {% for band, tail, closeness in bands %}
        select
            events, '{{ band }}' as band, {{ tail }} as tail, {{ tail * closeness }} / events as tolerance,
            {{ poisson_bound('events', band, 'lower') }} as lower,
            {{ poisson_bound('events', band, 'upper') }} as upper
        from (values (10), (11), (20), (50), (100)) as counts (events)
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

tails as (
    select
        *,
        1 - {{ poisson_cumulative('events - 1', 'lower') }} as above_at_lower,
        {{ poisson_cumulative('events', 'upper') }} as up_to_at_upper
    from limits
)

select *
from tails
where
    lower is null
    or upper is null
    or abs(above_at_lower - tail) > tolerance
    or abs(up_to_at_upper - tail) > tolerance
