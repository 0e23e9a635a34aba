-- The probabilities of all counts up to this one, and from this one on, add up to what each tail should hold.
{% set bands = [('95', 0.025), ('99_8', 0.001)] %}
with limits as (
    {% for band, tail in bands %}
        select
            events, '{{ band }}' as band, {{ tail }} as tail,
            {{ poisson_bound('events', band, 'lower') }} as lower,
            {{ poisson_bound('events', band, 'upper') }} as upper
        from generate_series(0, 9) as counts (events)
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

tails as (
    select
        *,
        {{ poisson_cumulative('events - 1', 'lower') }} as below_at_lower,
        {{ poisson_cumulative('events', 'upper') }} as up_to_at_upper
    from limits
)

select *
from tails
where
    lower is null
    or upper is null
    or abs(up_to_at_upper - tail) > 1e-14
    or (events = 0 and lower <> 0)
    or (events > 0 and abs(1 - below_at_lower - tail) > 1e-14)
