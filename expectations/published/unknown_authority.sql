-- An authority outside the regions of the club is none of its business; one inside them, or with a code that the
-- club knows, has another name here. The nearest is the one with that code, else the one that shares most pairs
-- of letters.
with unknown as (
    select
        file_id,
        submission_id,
        min(file_name) as file_name,
        place_name as value,
        min(authority_by_code) as authority_by_code,
        min(line_number) as line_number,
        count(*) as records
    from {{ work_area }}_records
    where
        geography = 'local_authority'
        and authority_by_name is null
        and (authority_by_code is not null or region in (select region from staging.authorities))
    group by file_id, submission_id, place_name
),

pairs as (
    select names.authority_code, names.name, substr(names.name, place.number, 2) as pair
    from staging.stg_reference__authority_names as names
    cross join generate_series(1, length(names.name) - 1) as place (number)
),

likeness as (
    select
        unknown.file_id,
        unknown.value,
        pairs.authority_code,
        count(*) * 1.0 / (length(unknown.value) + length(pairs.name)) as shared
    from unknown
    inner join pairs on position(pairs.pair in lower(unknown.value)) > 0
    group by unknown.file_id, unknown.value, pairs.authority_code, pairs.name
),

nearest as (
    select distinct on (file_id, value) file_id, value, authority_code
    from likeness
    order by file_id, value, shared desc, authority_code
)

select
    unknown.submission_id,
    unknown.file_id,
    unknown.file_name,
    unknown.line_number,
    null::integer as column_number,
    unknown.value,
    unknown.records,
    coalesce(unknown.authority_by_code, nearest.authority_code, 'none') as nearest,
    case
        when unknown.authority_by_code is not null then 'taken as that authority by its code'
        else 'kept under the name in the file and counted for no authority'
    end as consequence
from unknown
left join nearest on unknown.file_id = nearest.file_id and unknown.value is not distinct from nearest.value
