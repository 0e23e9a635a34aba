select
    submission_id, file_id, min(file_name) as file_name, min(line_number) as line_number,
    null::integer as column_number, year_label as value, count(*) as records
from {{ work_area }}_records
where period_code is null
group by submission_id, file_id, year_label
