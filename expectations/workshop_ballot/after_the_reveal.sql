with revealed as (
    select
        openings.round_code,
        min(openings.opened_at) as opened_at
    from ledger.workshop_opening as openings
    where openings.is_good
    group by openings.round_code
)

select
    files.submission_id,
    files.file_id,
    null::integer as line_number,
    null::integer as column_number,
    null::text as value,
    files.file_name,
    revealed.round_code,
    to_char(revealed.opened_at, 'FMDD FMMonth YYYY') as revealed_on
from {{ work_area }}_files as files
inner join ledger.submission as submissions on files.submission_id = submissions.submission_id
inner join revealed on files.period_code = revealed.round_code
where submissions.received_at >= revealed.opened_at
