select
    layouts.submission_id,
    layouts.file_id,
    layouts.file_name,
    1 as line_number,
    null::integer as column_number,
    heading.name as value
from {{ work_area }}_layouts as layouts
cross join lateral jsonb_array_elements_text(layouts.unread_headings) as heading (name)
