-- Of all releases of a figure exactly one stands, nothing planned or provisional where there is better.
with counted as (
    select
        measure_code, geography, place_code, period_type, period_code,
        count(*) filter (where is_current) as current_rows,
        bool_or(is_current and qualifier in ('planned', 'provisional')) as is_preliminary,
        bool_or(qualifier not in ('planned', 'provisional')) as has_better
    from {{ ref('fct_published_figure') }}
    group by measure_code, geography, place_code, period_type, period_code
)

select *
from counted
where current_rows <> 1 or (is_preliminary and has_better)
