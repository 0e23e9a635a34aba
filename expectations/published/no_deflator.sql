select
    files.submission_id, files.file_id, files.file_name, null::integer as line_number,
    null::integer as column_number, null::text as value
from {{ work_area }}_layouts as files
where
    files.return_code = 'gdp_deflators'
    and not exists (
        select 1
        from {{ work_area }}_deflators as deflators
        where deflators.file_id = files.file_id and deflators.published_index is not null
    )
