-- Figures of a sheet that stand in it twice and differ: a summary may repeat what was said. In other tables it is
-- a record that stands twice.
select
    submission_id, file_id, min(file_name) as file_name, max(line_number) as line_number,
    null::integer as column_number, min(dimension_key) as value, min(place_name) as place_name,
    count(*) as times, min(line_number) as first_line
from {{ work_area }}_cells
where value_column is null and measure_code is not null
group by submission_id, file_id, place_code, measure_code
having count(distinct coalesce(value::text, raw_value)) > 1
