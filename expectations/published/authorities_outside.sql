select
    submission_id, file_id, min(file_name) as file_name, min(line_number) as line_number,
    null::integer as column_number, min(place_name) as value, count(distinct place_name) as authorities,
    count(*) as records
from {{ work_area }}_records
where
    geography = 'local_authority'
    and authority_code is null
    and (region is null or region not in (select region from staging.authorities))
group by submission_id, file_id
