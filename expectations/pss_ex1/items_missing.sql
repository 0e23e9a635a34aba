-- A label may lack in a true return (one council left one blank); a required one, or one in ten, may not.
with missing as (
    select
        files.submission_id,
        files.file_id,
        files.file_name,
        files.period_code,
        items.label,
        items.is_required,
        count(*) over (partition by files.file_id) as missing_items
    from checking.pss_ex1_files as files
    inner join staging.pss_ex1_items as items on files.period_code = items.period_code
    where
        files.table_name = 'activity'
        and not exists (
            select 1
            from checking.pss_ex1_activity as activity
            where
                activity.file_id = files.file_id
                and activity.label = items.label
                and activity.occurrence = items.occurrence
        )
),

renamed as (
    select file_id, nearest, min(line_number) as line_number, min(label) as label
    from checking.pss_ex1_unknown_items
    group by file_id, nearest
)

select
    missing.*,
    coalesce(
        'Line '
        || renamed.line_number
        || ' ('''
        || renamed.label
        || ''') is probably it: keep the wording of the form',
        'The file looks cut off or rearranged: send the whole form'
    ) as advice,
    null::integer as line_number,
    null::integer as column_number,
    null::text as value
from missing
left join renamed on missing.file_id = renamed.file_id and missing.label = renamed.nearest
where missing.is_required or missing.missing_items >= 8
