with renamed as (
    select file_id, nearest, min(line_number) as line_number, min(line_code) as line_code, min(label) as label
    from checking.pss_ex1_unknown_lines
    group by file_id, nearest
)

select
    files.submission_id,
    files.file_id,
    files.file_name,
    files.period_code,
    null::integer as line_number,
    null::integer as column_number,
    null::text as value,
    lines.line_code,
    lines.label,
    coalesce(
        'Line ' || renamed.line_number || ' (' || renamed.line_code || ' ''' || renamed.label
        || ''') is probably it: keep the code of the form',
        'The file looks cut off or rearranged: send the whole form'
    ) as advice
from checking.pss_ex1_files as files
inner join staging.pss_ex1_lines as lines on files.period_code = lines.period_code
left join renamed on files.file_id = renamed.file_id and lines.label = renamed.nearest
where
    files.table_name = 'spend'
    and not exists (
        select 1
        from checking.pss_ex1_spend as spend
        where spend.file_id = files.file_id and spend.line_code = lines.line_code
    )
