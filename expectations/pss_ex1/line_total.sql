-- The form states how its total lines are made (lines BB1 to BB4), column by column.
with terms as (
    select
        lines.period_code,
        lines.line_code,
        lines.total_of,
        term.part[2] as part_code,
        case when term.part[1] = '-' then -1 else 1 end as sign
    from staging.pss_ex1_lines as lines
    cross join lateral regexp_matches(lines.total_of, '([+-]?)\s*([A-Z]+[0-9]+)', 'g') as term (part)
),

computed as (
    select
        parts.file_id,
        terms.line_code,
        parts.column_number,
        terms.total_of,
        sum(terms.sign * coalesce(parts.amount, 0)) as expected,
        count(*) as term_count
    from checking.pss_ex1_spend as parts
    inner join terms on parts.period_code = terms.period_code and parts.line_code = terms.part_code
    group by parts.file_id, terms.line_code, parts.column_number, terms.total_of
)

select
    spend.submission_id,
    spend.file_id,
    spend.file_name,
    spend.line_number,
    spend.column_number,
    spend.line_code,
    spend.label,
    computed.total_of,
    spend.raw_value as value,
    trim_scale(round(computed.expected, 3)) as expected
from checking.pss_ex1_spend as spend
inner join computed
    on
        spend.file_id = computed.file_id
        and spend.line_code = computed.line_code
        and spend.column_number = computed.column_number
where abs(spend.amount - computed.expected) > greatest(1, 0.5 * computed.term_count)
