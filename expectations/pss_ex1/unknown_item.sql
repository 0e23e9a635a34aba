-- A line with a figure, or one that reads like an item that is missing: the crosswalk does not know it.
select
    unknown.submission_id,
    unknown.file_id,
    unknown.file_name,
    unknown.period_code,
    unknown.line_number,
    unknown.column_number,
    unknown.value,
    unknown.label,
    coalesce(unknown.nearest, 'none') as nearest,
    concat_ws(
        ',',
        unknown.period_code,
        case
            when unknown.label ~ '[",]' then '"' || replace(unknown.label, '"', '""') || '"'
            else unknown.label
        end,
        unknown.occurrence,
        coalesce(items.item_code, '<item_code>'),
        coalesce(items.unit, '<unit>'),
        case when items.is_required then 'true' else 'false' end
    ) as seed_row
from checking.pss_ex1_unknown_items as unknown
left join staging.pss_ex1_items as items
    on
        unknown.period_code = items.period_code
        and unknown.nearest = items.label
        and items.occurrence = 1
where unknown.quantity is not null or (unknown.item_is_missing and unknown.nearest is not null)
