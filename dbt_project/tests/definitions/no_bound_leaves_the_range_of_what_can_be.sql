-- A share of none or all ends at 0 or 1 to the last digit, and a rate of none starts at 0.
with shares as (
    select
        events::double precision as events,
        total::double precision as total
    from (values (1), (3), (7), (10), (99), (12345), (1000003)) as totals (total)
    cross join lateral (values (0), (total)) as ends (events)
),

bounds as (
    {% for z in [z_95(), z_99_8()] %}
        select
            events, total,
            {{ wilson_bound('events', 'total', z, 'lower') }} as lower,
            {{ wilson_bound('events', 'total', z, 'upper') }} as upper
        from shares
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

limits as (
    {% for band in ['95', '99_8'] %}
        select
            events, total,
            {{ proportion_limit('events / total', 'total', band, 'lower') }} as lower,
            {{ proportion_limit('events / total', 'total', band, 'upper') }} as upper
        from shares
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

rates as (
    {% for band in ['95', '99_8'] %}
        select
            0 as events, total,
            {{ rate_bound('0', 'total', '1000', band, 'lower') }} as lower,
            {{ rate_bound('0', 'total', '1000', band, 'upper') }} as upper
        from shares
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select 'interval' as what, * from bounds
where
    case when events = 0 then lower is distinct from 0 or not (upper > 0 and upper < 1) end
    or case when events = total then upper is distinct from 1 or not (lower > 0 and lower < 1) end
union all
select 'funnel' as what, * from limits
where lower is distinct from events / total or upper is distinct from events / total
union all
select 'rate' as what, * from rates
where lower is distinct from 0 or upper is null or upper <= 0
