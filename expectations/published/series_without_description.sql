select
    records.submission_id, records.file_id, min(records.file_name) as file_name,
    min(records.line_number) as line_number, null::integer as column_number, records.dimension_key as value
from {{ work_area }}_records as records
inner join {{ work_area }}_layouts as layouts
    on records.submission_id = layouts.submission_id and layouts.dictionary is not null
left join
    {{ work_area }}_dictionary as dictionary
    on records.each_measure_code = dictionary.measure_code
where records.each_measure_code is not null and dictionary.measure_code is null
group by records.submission_id, records.file_id, records.dimension_key
