select
    files.submission_id,
    files.file_id,
    files.file_name,
    cells.line_number,
    cells.column_number,
    left(cells.value, 60) as value
from checking.pss_ex1_files as files
inner join raw.pss_ex1_cells as cells
    on files.submission_id = cells.submission_id and files.file_id = cells.file_id
where cells.value ~ 'Â|â€|Ã'
