-- The headings are right, and yet nothing in the file is a figure of the layout.
select
    files.submission_id, files.file_id, files.file_name, null::integer as line_number,
    null::integer as column_number, null::text as value
from {{ work_area }}_files as files
inner join ledger.submission as submissions on files.submission_id = submissions.submission_id
inner join raw.published_layouts as layouts
    on submissions.return_code = layouts.return_code and files.table_name = layouts.table_name
where
    (
        jsonb_typeof(layouts.layout -> 'figures') = 'object'
        -- Without a year, a sheet is refused by another rule.
        or (
            jsonb_typeof(layouts.layout -> 'sheet') = 'object'
            and files.file_id not in (
                select sheets.file_id from {{ work_area }}_sheets as sheets
                where sheets.year_label is null
            )
        )
    )
    and not exists (
        select 1
        from {{ work_area }}_cells as cells
        where
            cells.file_id = files.file_id and cells.measure_code is not null and cells.period_code is not null
    )
