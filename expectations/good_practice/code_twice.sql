-- Under its own code, or under that of its place where it gives none.
with entries as (
    select
        placed.*,
        coalesce(given.value, placed.item_code) as code
    from {{ work_area }}_placed as placed
    left join {{ work_area }}_placed as given
        on
            placed.file_id = given.file_id
            and lower(placed.item_code) = lower(given.item_code)
            and given.field = 'code'
    where placed.field = 'title'
)

select
    later.submission_id,
    later.file_id,
    later.line_number,
    later.column_number,
    later.code as value,
    later.file_name,
    later.place,
    min(earlier.place) as other
from entries as later
inner join entries as earlier
    on
        later.submission_id = earlier.submission_id
        and lower(later.code) = lower(earlier.code)
        and (later.file_id, later.answer_number) > (earlier.file_id, earlier.answer_number)
group by
    later.submission_id, later.file_id, later.line_number, later.column_number, later.code, later.file_name,
    later.place
