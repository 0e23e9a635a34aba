-- A figure on a line of the form but in none of its columns, or beside a heading, is read by nobody.
with lines as (
    select distinct submission_id, period_code, file_id, file_name, line_number, line_code, label
    from checking.pss_ex1_spend
)

select
    lines.submission_id,
    lines.file_id,
    lines.file_name,
    cells.line_number,
    cells.column_number,
    cells.value,
    'line ' || lines.line_code || ' has no such column' as place
from lines
inner join raw.pss_ex1_cells as cells
    on
        lines.submission_id = cells.submission_id
        and lines.file_id = cells.file_id
        and lines.line_number = cells.line_number
where
    cells.column_number > 2
    and raw.to_number(cells.value) <> 0
    and not exists (
        select 1
        from staging.pss_ex1_columns as columns
        where columns.period_code = lines.period_code and columns.column_number = cells.column_number
    )
union all
select
    activity.submission_id,
    activity.file_id,
    activity.file_name,
    activity.line_number,
    activity.column_number,
    activity.raw_value as value,
    quote_literal(activity.label) || ' is a heading' as place
from checking.pss_ex1_activity as activity
where
    activity.item_code is null
    and activity.quantity <> 0
    and exists (
        select 1
        from staging.pss_ex1_headings as headings
        where activity.label like headings.label_pattern
    )
