-- The form states how its total columns are made (col E = C - D). Each total counts against its parts, so that
-- what remains is the difference. Nearly all forms are computed by the spreadsheet to the last digit: there, any
-- difference is a slip. Where totals miss often, figures were rounded one by one, each by half of its last digit.
with formulas as not materialized (
    select period_code, column_number, formula
    from staging.pss_ex1_columns
    where formula is not null
),

terms as (
    select
        formulas.period_code,
        formulas.column_number as total_column,
        parts.column_number,
        case when term.part[1] = '-' then -1 else 1 end as sign
    from formulas
    cross join lateral regexp_matches(formulas.formula, '([+-]?)\s*([A-Z]+)', 'g') as term (part)
    inner join staging.pss_ex1_columns as parts
        on formulas.period_code = parts.period_code and term.part[2] = parts.column_letter
    union all
    select period_code, column_number as total_column, column_number, -1 as sign
    from formulas
),

-- How many figures a formula joins, the total among them; one that rounds to nought counts too.
sizes as (
    select period_code, total_column, count(*) as cells
    from terms
    group by period_code, total_column
),

-- Floating point is exact enough for millions in thousandths, and several times as fast.
remainders as (
    select
        spend.file_id,
        spend.line_number,
        terms.total_column,
        sum(terms.sign * spend.amount::float8) as remainder,
        count(*) as terms_filled,
        max(case scale(spend.amount) when 0 then 0.5 when 1 then 0.05 when 2 then 0.005 else 0 end::float8)
        * max(sizes.cells) as rounding
    from checking.pss_ex1_spend as spend
    inner join terms
        on spend.period_code = terms.period_code and spend.column_number = terms.column_number
    inner join sizes on terms.period_code = sizes.period_code and terms.total_column = sizes.total_column
    where spend.amount <> 0
    group by spend.file_id, spend.line_number, terms.total_column
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

-- A line that only has its total filled in (a grant, say) has nothing to be summed.
with_parts as (
    select
        failing.file_id,
        failing.line_number,
        failing.total_column,
        failing.remainder
    from failing
    inner join checking.pss_ex1_spend as parts
        on failing.file_id = parts.file_id and failing.line_number = parts.line_number
    inner join terms
        on
            parts.period_code = terms.period_code
            and failing.total_column = terms.total_column
            and parts.column_number = terms.column_number
    where terms.column_number <> terms.total_column
    group by failing.file_id, failing.line_number, failing.total_column, failing.remainder
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
    columns.formula,
    spend.raw_value as value,
    trim_scale(round(spend.amount, 3)) as found,
    trim_scale(round(spend.amount + with_parts.remainder::numeric, 3)) as expected,
    trim_scale(round(abs(with_parts.remainder::numeric), 3)) as difference,
    case when with_parts.remainder < 0 then 'large' else 'small' end as direction
from with_parts
inner join checking.pss_ex1_spend as spend
    on
        with_parts.file_id = spend.file_id
        and with_parts.line_number = spend.line_number
        and with_parts.total_column = spend.column_number
inner join staging.pss_ex1_columns as columns
    on spend.period_code = columns.period_code and spend.column_number = columns.column_number
where spend.amount is not null
