-- Nothing counted, more events than total, a negative count, one of the two missing: no interval, no error.
with counts (events, total) as (
    values
    (0::double precision, 0::double precision),
    (5, 4),
    (-1, 10),
    (null, 10),
    (3, null)
)

select
    *,
    {{ wilson_bound('events', 'total', z_95(), 'lower') }} as lower,
    {{ wilson_bound('events', 'total', z_95(), 'upper') }} as upper
from counts
where
    {{ wilson_bound('events', 'total', z_95(), 'lower') }} is not null
    or {{ wilson_bound('events', 'total', z_95(), 'upper') }} is not null
