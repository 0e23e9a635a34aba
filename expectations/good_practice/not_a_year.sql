select
    placed.submission_id,
    placed.file_id,
    placed.line_number,
    placed.column_number,
    placed.value,
    placed.file_name,
    placed.place
from {{ work_area }}_placed as placed
where
    placed.field = 'started_in'
    and not coalesce(
        placed.value ~ '^(19|20)[0-9]{2}-[0-9]{2}$'
        and (left(placed.value, 4)::integer + 1) % 100 = right(placed.value, 2)::integer
        and left(placed.value, 4)::integer <= extract(year from current_date - interval '3 months'),
        false
    )
