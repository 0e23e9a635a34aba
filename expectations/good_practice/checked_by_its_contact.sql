select
    checked.submission_id,
    checked.file_id,
    checked.line_number,
    checked.column_number,
    checked.value,
    checked.file_name,
    checked.place,
    checked.item_code
from {{ work_area }}_placed as checked
inner join {{ work_area }}_placed as contact
    on
        checked.file_id = contact.file_id
        and lower(checked.item_code) = lower(contact.item_code)
        and contact.field = 'contact_role'
where checked.field = 'checked_by' and lower(btrim(checked.value)) = lower(btrim(contact.value))
