select
    placed.submission_id,
    placed.file_id,
    placed.line_number,
    placed.column_number,
    null::text as value,
    placed.file_name,
    placed.place,
    placed.item_code,
    length(placed.value) as characters,
    placed.longest
from {{ work_area }}_placed as placed
where placed.kind = 'text' and length(placed.value) > placed.longest
