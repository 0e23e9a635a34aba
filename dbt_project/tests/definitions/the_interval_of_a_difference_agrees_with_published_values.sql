-- Newcombe RG (1998), Interval estimation for the difference between independent proportions, Statistics in
-- Medicine 17:873-890, table II, method 10: printed to four places.
with known as (
    select *
    from (
        values
        (56.0, 70.0, 48.0, 80.0, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000)
    ) as printed (events, total, other_events, other_total, lower, upper)
),

shares as (
    select
        *,
        events / total as share,
        other_events / other_total as other_share,
        {{ wilson_bound('events', 'total', z_95(), 'lower') }} as share_lower,
        {{ wilson_bound('events', 'total', z_95(), 'upper') }} as share_upper,
        {{ wilson_bound('other_events', 'other_total', z_95(), 'lower') }} as other_lower,
        {{ wilson_bound('other_events', 'other_total', z_95(), 'upper') }} as other_upper
    from known
),

worked_out as (
    select
        *,
        {{ difference_bound('share', 'share_lower', 'other_share', 'other_upper', '-') }} as found_lower,
        {{ difference_bound('share', 'share_upper', 'other_share', 'other_lower', '+') }} as found_upper
    from shares
)

select events, total, other_events, other_total, lower, found_lower, upper, found_upper
from worked_out
where abs(found_lower - lower) > 0.00005 or abs(found_upper - upper) > 0.00005
