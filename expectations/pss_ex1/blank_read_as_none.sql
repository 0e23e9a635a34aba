-- The crosswalk lets an empty part of a measure (own provision, residents of one kind) pass as none while another
-- part is filled in. A cell may be part of several measures; it is told once.
with parts as (
    select
        activity.*,
        upper(btrim(coalesce(activity.raw_value, ''))) in ('', 'NA') as is_empty,
        bool_or(not activity.is_missing) over (
            partition by activity.file_id, measures.measure_code
        ) as has_counterpart
    from checking.pss_ex1_activity as activity
    inner join staging.pss_ex1_measures as measures
        on
            activity.item_code = measures.item_code
            and measures.table_name = 'activity'
            and measures.blank_parts = 'none'
            and activity.period_code between measures.from_period and measures.to_period
)

select distinct
    submission_id,
    file_id,
    file_name,
    line_number,
    column_number,
    raw_value as value,
    label as what
from parts
where is_empty and has_counterpart
