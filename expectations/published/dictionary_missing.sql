-- A table whose dictionary comes as a file beside it, without that file.
select
    files.submission_id, files.file_id, files.file_name, null::integer as line_number,
    null::integer as column_number, null::text as value, layouts.table_name
from {{ work_area }}_layouts as files
inner join raw.published_layouts as layouts
    on files.return_code = layouts.return_code and jsonb_typeof(layouts.layout -> 'dictionary') = 'object'
where
    files.has_figures
    and not exists (
        select 1
        from {{ work_area }}_layouts as beside
        where beside.submission_id = files.submission_id and beside.table_name = layouts.table_name
    )
