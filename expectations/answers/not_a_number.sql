select
    placed.submission_id,
    placed.file_id,
    placed.line_number,
    placed.column_number,
    placed.value,
    placed.file_name,
    placed.place,
    placed.item_code,
    concat(' from ' || trim_scale(placed.least), ' to ' || trim_scale(placed.most)) as bounds
from {{ work_area }}_placed as placed
where
    placed.kind = 'number'
    and (
        raw.to_number(placed.value) is null
        or raw.to_number(placed.value) < placed.least
        or raw.to_number(placed.value) > placed.most
    )
