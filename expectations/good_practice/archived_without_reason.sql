select
    status.submission_id,
    status.file_id,
    status.line_number,
    status.column_number,
    status.value,
    status.file_name,
    status.place,
    status.item_code
from {{ work_area }}_placed as status
where
    status.field = 'status'
    and lower(status.value) = 'archived'
    and not exists (
        select 1 from {{ work_area }}_placed as reasons
        where
            status.file_id = reasons.file_id
            and lower(status.item_code) = lower(reasons.item_code)
            and reasons.field = 'archived_because'
    )
