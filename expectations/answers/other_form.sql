-- A workbook says what it was written for.
with stamps as (
    select
        answers.submission_id,
        answers.file_id,
        answers.line_number,
        answers.field as fact,
        answers.value,
        files.file_name,
        files.authority_code,
        files.period_code as round_code,
        case answers.field
            when 'return' then '{{ return_code }}'
            when 'round' then files.period_code
            when 'authority' then files.authority_code
        end as expected
    from {{ work_area }}_answers as answers
    inner join {{ work_area }}_files as files on answers.file_id = files.file_id
    where answers.item_code = 'stamp'
)

select
    submission_id,
    file_id,
    line_number,
    null::integer as column_number,
    value,
    file_name,
    fact,
    authority_code,
    round_code,
    expected
from stamps
where value <> expected
