select
    placed.submission_id,
    placed.file_id,
    placed.line_number,
    placed.column_number,
    placed.value,
    placed.file_name,
    placed.place,
    placed.item_code,
    placed.field,
    known.fields as known
from {{ work_area }}_placed as placed
inner join lateral (
    select string_agg(asked.field, ', ' order by asked.field_turn) as fields
    from raw.answer_forms as asked
    where
        asked.return_code = '{{ return_code }}'
        and placed.round_code = asked.round_code
        and (lower(placed.item_code) = lower(asked.item_code) or asked.item_code = '*')
) as known on known.fields is not null
where placed.asked_item is null
