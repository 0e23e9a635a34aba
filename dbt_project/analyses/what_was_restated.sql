-- The figures that moved since a day, the greatest first; what is missing since stands at the top.
-- dbt compile --select what_was_restated --vars '{since: 2026-04-01}'
select
    place_name,
    period_code,
    figure_code,
    title,
    basis,
    old_value,
    new_value,
    difference,
    100 * relative_difference as percent,
    coalesce(new_missing_reason, old_missing_reason) as missing_reason,
    old_source,
    new_source,
    restated_at
from {{ ref('restatement') }}
where restated_at >= '{{ var("since", "2000-01-01") }}'
order by abs(relative_difference) desc, place_name, period_code, figure_code
