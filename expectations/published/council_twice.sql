select
    submission_id, file_id, file_name, line_number, 2 as column_number, cassr_code as value, first_line
from {{ work_area }}_unit_costs
where turn > 1
