-- An empty cell that is read as none is another rule's business. What counts is the measures of the unit costs that
-- need the cell; a cell is told once.
with needed as (
    select distinct components.measure_code
    from staging.register_components as components
    inner join staging.pss_ex1_indicators_in_need as indicators
        on components.indicator_code = indicators.indicator_code
)

select
    activity.submission_id,
    activity.file_id,
    activity.file_name,
    activity.period_code,
    activity.line_number,
    activity.column_number,
    activity.raw_value as value,
    activity.label as what,
    coalesce(quote_literal(nullif(activity.raw_value, '')), 'an empty cell') as found
from checking.pss_ex1_activity as activity
left join checking.pss_ex1_parts as parts
    on
        activity.file_id = parts.file_id
        and activity.line_number = parts.line_number
        and activity.column_number = parts.column_number
        and parts.measure_code in (select needed.measure_code from needed)
where activity.is_required and activity.is_missing
group by
    activity.submission_id, activity.file_id, activity.file_name, activity.period_code, activity.line_number,
    activity.column_number, activity.raw_value, activity.label
having not coalesce(bool_and(parts.is_empty and parts.measure_value is not null), false)
