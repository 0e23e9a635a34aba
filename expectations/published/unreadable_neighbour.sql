select
    submission_id, file_id, file_name, line_number, null::integer as column_number, column_name, value,
    problem
from {{ work_area }}_neighbours
where problem is not null
