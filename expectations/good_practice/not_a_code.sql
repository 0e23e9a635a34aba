-- The code of an entry is its name for ever: that of the item, or its field of that name.
select distinct
    placed.submission_id,
    placed.file_id,
    placed.line_number,
    placed.column_number,
    codes.code as value,
    placed.file_name,
    placed.place
from {{ work_area }}_placed as placed
inner join lateral (
    values
    (case when placed.field = 'code' then placed.value end),
    (case when placed.field = 'title' then placed.item_code end)
) as codes (code) on codes.code !~ '^[A-Za-z][A-Za-z0-9_]{0,39}$'
