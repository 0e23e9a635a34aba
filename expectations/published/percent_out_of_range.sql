-- A long table does not say what kind its figures are; its dictionary does, by the unit.
select
    cells.submission_id, cells.file_id, cells.file_name, cells.line_number, null::integer as column_number,
    cells.column_name, cells.raw_value as value, cells.place_name, cells.dimension_key
from {{ work_area }}_cells as cells
left join
    {{ work_area }}_dictionary as dictionary
    on cells.measure_code = dictionary.measure_code
where
    (cells.kind = 'percent' or (cells.kind = 'number' and starts_with(dictionary.unit, '%')))
    and (cells.value < 0 or cells.value > 100)
