select
    placed.submission_id,
    placed.file_id,
    placed.line_number,
    placed.column_number,
    placed.value,
    placed.file_name,
    placed.place
from {{ work_area }}_placed as placed
where placed.field = 'review_due' and raw.to_date(placed.value) is null
