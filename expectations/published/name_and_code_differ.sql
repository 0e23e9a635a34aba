select
    submission_id, file_id, min(file_name) as file_name, min(line_number) as line_number,
    null::integer as column_number,
    place_name as value,
    authority_by_name,
    authority_by_code,
    count(*) as records
from {{ work_area }}_records
where geography = 'local_authority' and authority_by_name <> authority_by_code
group by submission_id, file_id, place_name, authority_by_name, authority_by_code
