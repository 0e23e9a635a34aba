-- Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3, to its four places.
with published (events, total, lower, upper) as (
    values
    (81::double precision, 263::double precision, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718)
),

computed as (
    select
        *,
        {{ wilson_bound('events', 'total', z_95(), 'lower') }} as computed_lower,
        {{ wilson_bound('events', 'total', z_95(), 'upper') }} as computed_upper
    from published
)

select *
from computed
where
    abs(computed_lower - lower) > 0.00005
    or abs(computed_upper - upper) > 0.00005
    or computed_lower is null
    or computed_upper is null
