select
    submissions.submission_id,
    submissions.period_code,
    null::bigint as file_id,
    null::integer as line_number,
    null::integer as column_number,
    null::text as value,
    tables.table_name
from checking.pss_ex1_submissions as submissions
cross join (values ('activity'), ('spend')) as tables (table_name)
where not exists (
    select 1
    from checking.pss_ex1_files as files
    where files.submission_id = submissions.submission_id and files.table_name = tables.table_name
)
