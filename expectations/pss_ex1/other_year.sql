-- The title in the first cell names the year: 2000-2001 or 2003-04.
with titles as (
    select
        files.*,
        cells.value,
        substring(cells.value from '\d{4}-\d{2,4}') as stated
    from checking.pss_ex1_files as files
    inner join raw.pss_ex1_cells as cells
        on
            files.submission_id = cells.submission_id and files.file_id = cells.file_id
            and cells.line_number = 1 and cells.column_number = 1
)

select
    submission_id,
    file_id,
    file_name,
    period_code,
    1 as line_number,
    1 as column_number,
    value
from titles
where stated is null or left(stated, 4) || '-' || right(stated, 2) <> period_code
