-- The form states how its total columns are made (col E = C - D). Money is rounded to the nearest thousand by
-- some councils and not by others: each term may be out by half a unit.
with terms as (
    select
        columns.period_code,
        columns.column_number,
        columns.formula,
        term.part[2] as letter,
        case when term.part[1] = '-' then -1 else 1 end as sign
    from staging.pss_ex1_columns as columns
    cross join lateral regexp_matches(columns.formula, '([+-]?)\s*([A-Z]+)', 'g') as term (part)
),

computed as (
    select
        spend.file_id,
        spend.line_number,
        terms.column_number,
        terms.formula,
        sum(terms.sign * coalesce(spend.amount, 0)) as expected,
        count(*) as term_count
    from checking.pss_ex1_spend as spend
    inner join terms on spend.period_code = terms.period_code and spend.form_column = terms.letter
    group by spend.file_id, spend.line_number, terms.column_number, terms.formula
    -- A line that only has its total filled in (a grant, say) has nothing to be summed.
    having count(spend.amount) > 0
)

select
    spend.submission_id,
    spend.file_id,
    spend.file_name,
    spend.line_number,
    spend.column_number,
    spend.line_code,
    spend.label,
    spend.form_column,
    computed.formula,
    spend.raw_value as value,
    trim_scale(round(computed.expected, 3)) as expected
from checking.pss_ex1_spend as spend
inner join computed
    on
        spend.file_id = computed.file_id
        and spend.line_number = computed.line_number
        and spend.column_number = computed.column_number
where abs(spend.amount - computed.expected) > greatest(1, 0.5 * computed.term_count)
