select
    submission_id, file_id, min(file_name) as file_name, min(line_number) as line_number,
    null::integer as column_number, level_label as value, count(*) as records
from {{ work_area }}_records
where geography is null
group by submission_id, file_id, level_label
