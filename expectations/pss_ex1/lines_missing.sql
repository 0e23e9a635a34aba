select
    files.submission_id,
    files.file_id,
    files.file_name,
    files.period_code,
    null::integer as line_number,
    null::integer as column_number,
    null::text as value,
    lines.line_code,
    lines.label
from checking.pss_ex1_files as files
inner join staging.pss_ex1_lines as lines on files.period_code = lines.period_code
where
    files.table_name = 'spend'
    and not exists (
        select 1
        from checking.pss_ex1_spend as spend
        where spend.file_id = files.file_id and spend.line_code = lines.line_code
    )
