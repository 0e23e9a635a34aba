-- A line in pounds among lines in thousands of pounds: about a thousand times the same line of a year beside it.
-- The larger of the two is the one in pounds. Spending that moved between own provision and provision by others
-- can also grow a thousandfold; then the line as a whole does not.
with entries as (
    select
        submission_id, authority_code, period_code, file_id, file_name, line_number, column_number, raw_value,
        line_code, label, item_code, amount_code, amount, left(period_code, 4)::int as starts,
        max(amount) filter (where amount_code = 'total_expenditure')
            over (partition by file_id, line_number) as line_total
    from checking.pss_ex1_spend
    where amount_code in ('own_provision', 'provision_by_others', 'total_expenditure') and abs(amount) >= 5
)

select distinct on (entries.file_id, entries.line_number, entries.column_number)
    entries.submission_id,
    entries.file_id,
    entries.file_name,
    entries.line_number,
    entries.column_number,
    entries.line_code,
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
where
    entries.amount_code <> 'total_expenditure'
    and abs(entries.amount / neighbours.amount) between 500 and 2000
    and greatest(entries.amount, entries.line_total)
    > 100 * coalesce(neighbours.line_total, neighbours.amount)
order by entries.file_id, entries.line_number, entries.column_number, neighbours.period_code
