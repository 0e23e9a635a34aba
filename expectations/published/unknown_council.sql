select
    submission_id, file_id, min(file_name) as file_name, min(line_number) as line_number,
    null::integer as column_number, place_name as value, count(*) as records
from {{ work_area }}_cells
where value_column is null and geography = 'local_authority' and authority_code is null
group by submission_id, file_id, place_name
