select
    submission_id, file_id, min(file_name) as file_name, min(line_number) as line_number,
    null::integer as column_number, dimension_key as value, count(*) as records
from {{ work_area }}_records
where is_taken is null
group by submission_id, file_id, dimension_key
