select
    submission_id,
    file_id,
    file_name,
    line_number,
    null::integer as column_number,
    column_name,
    raw_value as value
from {{ work_area }}_cells
where value is null and symbol is null
