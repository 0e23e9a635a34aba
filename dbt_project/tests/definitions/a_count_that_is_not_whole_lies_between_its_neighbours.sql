-- Bounds hold the count and rise with it, without a step at a whole count or where Byar takes over.
{% set bounds = [('lower', '95'), ('upper', '95'), ('lower', '99_8'), ('upper', '99_8')] %}
with computed as (
    {% for side, band in bounds %}
        select
            events, '{{ side }}' as side, '{{ band }}' as band,
            {{ poisson_bound('events', band, side) }} as bound
        from (select step / 8.0 as events from generate_series(0, 200) as steps (step)) as counts
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

beside as (
    select
        *,
        lag(bound) over (partition by side, band order by events) as bound_before
    from computed
)

select *
from beside
where
    bound is null
    or bound <= bound_before
    or bound > bound_before + 0.4
    or (side = 'lower' and bound > events)
    or (side = 'upper' and bound < events)
