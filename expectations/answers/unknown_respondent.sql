select
    placed.submission_id,
    placed.file_id,
    placed.line_number,
    placed.column_number,
    placed.value,
    placed.file_name,
    placed.place,
    placed.respondent,
    coalesce(nullif(array_to_string(rounds.respondents, ', '), ''), 'the authority as a whole') as known
from {{ work_area }}_placed as placed
inner join raw.answer_rounds as rounds
    on rounds.return_code = '{{ return_code }}' and placed.round_code = rounds.round_code
where
    case
        when cardinality(rounds.respondents) = 0 then placed.respondent <> ''
        else placed.respondent <> all(rounds.respondents)
    end
