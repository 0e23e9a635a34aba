-- Figures of a sheet; in other tables it is a record that is not known.
select
    submission_id, file_id, min(file_name) as file_name, min(line_number) as line_number,
    null::integer as column_number, dimension_key as value, count(*) as records
from {{ work_area }}_cells
where value_column is null and measure_code is null and period_code is not null
group by submission_id, file_id, dimension_key
