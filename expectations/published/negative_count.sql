select
    submission_id, file_id, file_name, line_number, null::integer as column_number, column_name,
    raw_value as value, place_name
from {{ work_area }}_cells
where kind in ('count', 'rate') and value < 0
