-- The form states how its total lines are made (lines BB1 to BB4), column by column. Each total counts against
-- its parts, so that what remains is the difference; what rounding may leave is judged as for the total columns.
with formulas as not materialized (
    select period_code, line_code, total_of
    from staging.pss_ex1_lines
    where total_of is not null
),

terms as (
    select
        formulas.period_code,
        formulas.line_code as total_line,
        term.part[2] as line_code,
        case when term.part[1] = '-' then -1 else 1 end as sign
    from formulas
    cross join lateral regexp_matches(formulas.total_of, '([+-]?)\s*([A-Z]+[0-9]+)', 'g') as term (part)
    union all
    select period_code, line_code as total_line, line_code, -1 as sign
    from formulas
),

-- How many figures a formula joins, the total among them; one that rounds to nought counts too.
sizes as (
    select period_code, total_line, count(*) as cells
    from terms
    group by period_code, total_line
),

remainders as (
    select
        spend.file_id,
        spend.column_number,
        terms.total_line,
        sum(terms.sign * spend.amount::float8) as remainder,
        count(*) as terms_filled,
        max(case scale(spend.amount) when 0 then 0.5 when 1 then 0.05 when 2 then 0.005 else 0 end::float8)
        * max(sizes.cells) as rounding
    from checking.pss_ex1_spend as spend
    inner join terms
        on spend.period_code = terms.period_code and spend.line_code = terms.line_code
    inner join sizes on terms.period_code = sizes.period_code and terms.total_line = sizes.total_line
    where spend.amount <> 0
    group by spend.file_id, spend.column_number, terms.total_line
),

accuracy as (
    select file_id, avg((abs(remainder) < 0.001)::int) as exact_share
    from remainders
    where terms_filled > 2
    group by file_id
),

failing as (
    select remainders.*
    from remainders
    left join accuracy on remainders.file_id = accuracy.file_id
    where
        abs(remainders.remainder)
        >= case when accuracy.exact_share > 0.9 then 0.001 else remainders.rounding + 0.001 end
),

-- A total whose lines are all empty stands by itself.
with_parts as (
    select
        failing.file_id,
        failing.column_number,
        failing.total_line,
        failing.remainder
    from failing
    inner join checking.pss_ex1_spend as parts
        on failing.file_id = parts.file_id and failing.column_number = parts.column_number
    inner join terms
        on
            parts.period_code = terms.period_code
            and failing.total_line = terms.total_line
            and parts.line_code = terms.line_code
    where terms.line_code <> terms.total_line
    group by failing.file_id, failing.column_number, failing.total_line, failing.remainder
    having count(parts.amount) > 0
)

select
    spend.submission_id,
    spend.file_id,
    spend.file_name,
    spend.line_number,
    spend.column_number,
    spend.line_code,
    spend.label,
    columns.column_letter as form_column,
    columns.title,
    formulas.total_of as formula,
    spend.raw_value as value,
    trim_scale(round(spend.amount, 3)) as found,
    trim_scale(round(spend.amount + with_parts.remainder::numeric, 3)) as expected,
    trim_scale(round(abs(with_parts.remainder::numeric), 3)) as difference,
    case when with_parts.remainder < 0 then 'large' else 'small' end as direction
from with_parts
inner join checking.pss_ex1_spend as spend
    on
        with_parts.file_id = spend.file_id
        and with_parts.column_number = spend.column_number
        and with_parts.total_line = spend.line_code
inner join formulas on spend.period_code = formulas.period_code and spend.line_code = formulas.line_code
inner join staging.pss_ex1_columns as columns
    on spend.period_code = columns.period_code and spend.column_number = columns.column_number
where spend.amount is not null
