-- Not one of the authorities that a file is about is known to the club, by name or by number: another country's
-- file, or one whose codes have gone wrong.
with places as (
    select submission_id, file_id, file_name, place_name, authority_code is not null as is_known
    from {{ work_area }}_records
    where geography = 'local_authority'
    union all
    select
        neighbours.submission_id, neighbours.file_id, neighbours.file_name,
        neighbours.dfe_la_number as place_name,
        authorities.authority_code is not null as is_known
    from {{ work_area }}_neighbours as neighbours
    left join staging.authorities on neighbours.dfe_la_number = authorities.dfe_la_number::text
)

select
    submission_id, file_id, min(file_name) as file_name, null::integer as line_number,
    null::integer as column_number, min(place_name) as value, count(distinct place_name) as authorities
from places
group by submission_id, file_id
having not bool_or(is_known)
