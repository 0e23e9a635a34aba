select
    answers.submission_id,
    answers.file_id,
    answers.line_number,
    answers.answer_number,
    null::integer as column_number,
    answers.item_code,
    answers.respondent,
    answers.field,
    answers.value,
    files.file_name,
    files.authority_code,
    files.period_code as round_code,
    case
        when answers.sheet_name = '' then format('line %s, column ''%s''', answers.line_number, answers.cell)
        else format('sheet ''%s'', cell %s', answers.sheet_name, answers.cell)
    end as place,
    asked.item_code as asked_item,
    asked.kind,
    asked.choices,
    asked.least,
    asked.most,
    asked.longest
from {{ work_area }}_answers as answers
inner join {{ work_area }}_files as files on answers.file_id = files.file_id
left join raw.answer_forms as asked
    on
        asked.return_code = '{{ return_code }}'
        and files.period_code = asked.round_code
        and (lower(answers.item_code) = lower(asked.item_code) or asked.item_code = '*')
        and answers.field = asked.field
where answers.item_code <> 'stamp'
