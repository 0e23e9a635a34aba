select
    unknown.submission_id,
    unknown.file_id,
    unknown.file_name,
    unknown.period_code,
    unknown.line_number,
    1 as column_number,
    unknown.line_code as value,
    unknown.label,
    coalesce(lines.line_code || ' (' || lines.label || ')', 'none') as nearest,
    concat_ws(
        ',',
        unknown.period_code,
        unknown.line_code,
        case
            when unknown.label ~ '[",]' then '"' || replace(unknown.label, '"', '""') || '"'
            else unknown.label
        end,
        coalesce(lines.service_code, '<service_code>'),
        coalesce(lines.total_of, '')
    ) as seed_row
from checking.pss_ex1_unknown_lines as unknown
left join lateral (
    select known.*
    from staging.pss_ex1_lines as known
    where known.period_code = unknown.period_code and known.label = unknown.nearest
    order by known.line_code
    limit 1
) as lines on true
