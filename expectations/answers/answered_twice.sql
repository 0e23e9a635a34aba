select
    later.submission_id,
    later.file_id,
    later.line_number,
    later.column_number,
    later.value,
    later.file_name,
    later.place,
    later.item_code,
    later.field,
    first_ones.place as first_place
from {{ work_area }}_placed as later
inner join lateral (
    select earlier.place
    from {{ work_area }}_placed as earlier
    where
        later.file_id = earlier.file_id
        and lower(later.item_code) = lower(earlier.item_code)
        and later.respondent = earlier.respondent
        and later.field = earlier.field
        and later.answer_number > earlier.answer_number
    order by earlier.answer_number
    limit 1
) as first_ones on true
