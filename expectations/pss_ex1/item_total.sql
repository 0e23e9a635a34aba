-- The activity table states some things twice: a total and its parts (seed pss_ex1_item_totals). A part without a
-- figure leaves only one side open: its total can be larger, never smaller; and `-` hides at most five.
with terms as (
    select
        totals.*,
        term.part[3] as part_code,
        case when term.part[1] = '-' then -1 else 1 end * coalesce(term.part[2]::numeric, 1) as weight,
        count(*) over (partition by totals.item_code, totals.from_period) as part_count
    from staging.pss_ex1_item_totals as totals
    cross join
        lateral regexp_matches(totals.parts, '([+-]?)\s*([0-9.]+(?=\s))?\s*([a-z]\w+)', 'g') as term (part)
),

sums as (
    select
        parts.file_id,
        terms.item_code,
        terms.relation,
        terms.because,
        terms.part_count,
        sum(terms.weight * parts.quantity) as expected,
        count(*) filter (where parts.quantity is null) as unknown,
        count(*) filter (where btrim(parts.raw_value) = '-') as suppressed,
        min(terms.weight) as lowest_weight,
        string_agg(
            concat('line ', parts.line_number, ' (', coalesce(nullif(parts.raw_value, ''), 'empty'), ')'),
            ', ' order by parts.line_number
        ) as made_of
    from checking.pss_ex1_activity as parts
    inner join terms
        on
            parts.item_code = terms.part_code
            and parts.period_code between terms.from_period and terms.to_period
    group by parts.file_id, terms.item_code, terms.relation, terms.because, terms.part_count
    having count(*) = terms.part_count
),

compared as (
    select
        totals.*,
        sums.relation,
        sums.because,
        sums.expected,
        sums.unknown,
        sums.suppressed,
        sums.lowest_weight,
        sums.made_of,
        totals.quantity - sums.expected as difference,
        -- People and days are counted; weeks are often averages times 52, rounded one by one.
        case when totals.unit = 'weeks' then 0.5 * (sums.part_count + 1) else 0 end + 0.001 as rounding
    from checking.pss_ex1_activity as totals
    inner join sums on totals.file_id = sums.file_id and totals.item_code = sums.item_code
    where totals.quantity is not null and sums.expected is not null
)

select
    submission_id,
    file_id,
    file_name,
    line_number,
    column_number,
    label,
    raw_value as value,
    trim_scale(round(expected, 2)) as expected,
    trim_scale(round(abs(difference), 2)) as apart,
    made_of,
    because,
    case
        when relation = 'at_most' then 'it cannot be more than'
        when relation = 'at_least' or unknown > 0 and difference < 0 then 'it cannot be less than'
        else 'it should be'
    end as demand
from compared
where
    case relation
        when 'at_most' then difference > rounding and unknown = 0
        when 'at_least' then difference < -rounding
        else
            difference < -rounding and (unknown = 0 or lowest_weight > 0)
            or difference > rounding + 5 * suppressed and unknown = suppressed
    end
