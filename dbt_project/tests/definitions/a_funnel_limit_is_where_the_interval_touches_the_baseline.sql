-- Of a figure that lies on its own limit, the bound towards the baseline is the baseline.
{% set bands = [('95', z_95()), ('99_8', z_99_8())] %}
with baselines as (
    select
        baseline::double precision as baseline,
        total::double precision as total
    from (values (0.004), (0.1), (0.5), (0.8), (0.97)) as shares (baseline)
    cross join (values (1), (7), (40), (333), (5000), (89294)) as totals (total)
),

expectations as (
    select expected::double precision as expected
    from unnest(array[0, 0.01, 0.3, 1, 3.5, 9.99, 17.5, 18.39, 18.4, 80.5, 1000, 123456]) as counts (expected)
),

proportions as (
    {% for band, z in bands %}
        select
            baseline, total, '{{ band }}' as band,
            {{ proportion_limit('baseline', 'total', band, 'lower') }} as lower,
            {{ proportion_limit('baseline', 'total', band, 'upper') }} as upper,
            {{ z }} as z
        from baselines
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

bounds_of_proportions as (
    select
        *,
        {{ wilson_bound('lower * total', 'total', 'z', 'upper') }} as bound_of_lower,
        {{ wilson_bound('upper * total', 'total', 'z', 'lower') }} as bound_of_upper
    from proportions
),

counts as (
    {% for band, _ in bands %}
        select
            expected, '{{ band }}' as band,
            {{ poisson_limit('expected', band, 'lower') }} as lower,
            {{ poisson_limit('expected', band, 'upper') }} as upper,
            {{ poisson_bound('0', band, 'upper') }} as bound_of_none
        from expectations
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

bounds_of_counts as (
    select
        *,
        case band
            when '95' then {{ poisson_bound('lower', '95', 'upper') }}
            else {{ poisson_bound('lower', '99_8', 'upper') }}
        end as bound_of_lower,
        case band
            when '95' then {{ poisson_bound('upper', '95', 'lower') }}
            else {{ poisson_bound('upper', '99_8', 'lower') }}
        end as bound_of_upper
    from counts
)

-- At the ends the limit is as far as a share can go, and the interval does not reach the baseline.
select 'proportion' as kind, band, baseline, total, lower, upper, bound_of_lower, bound_of_upper
from bounds_of_proportions
where
    lower is null
    or upper is null
    or (lower > 0 and abs(bound_of_lower - baseline) > 1e-12)
    or (lower = 0 and bound_of_lower < baseline)
    or (upper < 1 and abs(bound_of_upper - baseline) > 1e-12)
    or (upper = 1 and bound_of_upper > baseline)
union all
select 'count' as kind, band, expected, null as total, lower, upper, bound_of_lower, bound_of_upper
from bounds_of_counts
where
    lower is null
    or upper is null
    or case
        when expected < bound_of_none then lower <> 0
        else abs(bound_of_lower - expected) > 1e-12 * expected
    end
    or abs(bound_of_upper - expected) > 1e-12 * expected
