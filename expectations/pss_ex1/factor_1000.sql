-- A line in pounds among lines in thousands of pounds: about a thousand times the same line of a year beside it.
-- The larger of the two is the one in pounds.
with entries as (
    select
        submission_id, authority_code, period_code, file_id, file_name, line_number, column_number, raw_value,
        label, item_code, amount_code, amount, left(period_code, 4)::int as starts
    from checking.pss_ex1_spend
    where amount_code in ('own_provision', 'provision_by_others') and abs(amount) >= 5
)

select distinct on (entries.file_id, entries.line_number, entries.column_number)
    entries.submission_id,
    entries.file_id,
    entries.file_name,
    entries.line_number,
    entries.column_number,
    entries.label,
    entries.raw_value as value,
    neighbours.raw_value as neighbour,
    neighbours.period_code as neighbour_period
from entries
inner join entries as neighbours
    on
        entries.authority_code = neighbours.authority_code
        and entries.item_code = neighbours.item_code
        and entries.amount_code = neighbours.amount_code
        and abs(neighbours.starts - entries.starts) = 1
where abs(entries.amount / neighbours.amount) between 500 and 2000
order by entries.file_id, entries.line_number, entries.column_number, neighbours.period_code
