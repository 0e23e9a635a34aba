select
    stamps.submission_id,
    stamps.file_id,
    stamps.line_number,
    null::integer as column_number,
    stamps.value,
    files.file_name,
    rounds.form_version as expected
from {{ work_area }}_answers as stamps
inner join {{ work_area }}_files as files on stamps.file_id = files.file_id
inner join raw.answer_rounds as rounds
    on rounds.return_code = '{{ return_code }}' and files.period_code = rounds.round_code
where stamps.item_code = 'stamp' and stamps.field = 'version' and stamps.value <> rounds.form_version
