-- Lines of the expenditure table with a code that the year's form does not have.
with codes as materialized (
    select
        files.*,
        cells.line_number,
        btrim(cells.value) as line_code
    from checking.pss_ex1_files as files
    inner join raw.pss_ex1_cells as cells
        on
            files.submission_id = cells.submission_id
            and files.file_id = cells.file_id
            and cells.column_number = 1
    where files.table_name = 'spend' and btrim(cells.value) ~ '^[A-Z]{1,2}[0-9]{1,2}$'
),

files as (
    select distinct file_id, period_code
    from codes
),

-- The lines of its year's form that a file lacks.
forms as (
    select
        files.file_id,
        array_agg(lines.label order by lines.line_code) as labels
    from files
    inner join staging.pss_ex1_lines as lines on files.period_code = lines.period_code
    where
        not exists (
            select 1
            from codes as present
            where present.file_id = files.file_id and present.line_code = lines.line_code
        )
    group by files.file_id
)

select
    codes.submission_id,
    codes.file_id,
    codes.file_name,
    codes.period_code,
    codes.line_number,
    codes.line_code,
    coalesce(titles.value, '') as label,
    forms.labels as candidates
from codes
left join raw.pss_ex1_cells as titles
    on
        codes.submission_id = titles.submission_id
        and codes.file_id = titles.file_id
        and codes.line_number = titles.line_number
        and titles.column_number = 2
left join forms on codes.file_id = forms.file_id
where not exists (
    select 1
    from staging.pss_ex1_lines as lines
    where lines.period_code = codes.period_code and lines.line_code = codes.line_code
)
