-- Lines among the items of the activity table that are neither item nor heading of the year's form. Below the last
-- item stand the sender's notes.
with known as (
    select
        period_code,
        file_id,
        min(line_number) as first_line,
        max(line_number) as last_line,
        array_agg(label order by line_number) as labels
    from checking.pss_ex1_activity
    where item_code is not null
    group by period_code, file_id
)

select
    activity.submission_id,
    activity.file_id,
    activity.file_name,
    activity.period_code,
    activity.line_number,
    activity.column_number,
    activity.label,
    activity.occurrence,
    activity.raw_value as value,
    activity.quantity,
    coalesce(missing.labels, whole_form.labels) as candidates,
    missing.labels is not null as item_is_missing
from checking.pss_ex1_activity as activity
inner join known on activity.file_id = known.file_id
cross join
    lateral (
        select array_agg(items.label order by items.label) as labels
        from staging.pss_ex1_items as items
        where items.period_code = known.period_code and items.label <> all(known.labels)
    ) as missing
cross join
    lateral (
        select array_agg(distinct items.label order by items.label) as labels
        from staging.pss_ex1_items as items
        where items.period_code = known.period_code
    ) as whole_form
where
    activity.item_code is null
    -- The last item of the form may be the renamed one.
    and activity.line_number between known.first_line - 1 and known.last_line + 1
    and not exists (
        select 1
        from staging.pss_ex1_headings as headings
        where activity.label like headings.label_pattern
    )
