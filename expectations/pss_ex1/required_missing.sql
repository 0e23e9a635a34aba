-- An empty part beside a filled counterpart is another rule's business: it is read as none. What counts is the
-- measures of the unit costs that need the cell; a cell is told once.
with needed as (
    select distinct components.measure_code
    from staging.register_components as components
    inner join staging.pss_ex1_indicators_in_need as indicators
        on components.indicator_code = indicators.indicator_code
),

required as (
    select
        activity.*,
        upper(btrim(coalesce(activity.raw_value, ''))) in ('', 'NA')
        and coalesce(measures.blank_parts = 'none', false)
        and bool_or(not activity.is_missing) over (partition by activity.file_id, measures.measure_code)
            as is_read_as_none
    from checking.pss_ex1_activity as activity
    left join staging.pss_ex1_measures as measures
        on
            activity.item_code = measures.item_code
            and measures.table_name = 'activity'
            and activity.period_code between measures.from_period and measures.to_period
            and measures.measure_code in (select needed.measure_code from needed)
    where activity.is_required
)

select
    submission_id,
    file_id,
    file_name,
    period_code,
    line_number,
    column_number,
    raw_value as value,
    label as what,
    coalesce(quote_literal(nullif(raw_value, '')), 'an empty cell') as found
from required
where is_missing
group by
    submission_id, file_id, file_name, period_code, line_number, column_number, raw_value, label
having not bool_and(is_read_as_none)
