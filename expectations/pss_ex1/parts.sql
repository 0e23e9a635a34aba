-- The cells of every measure of the crosswalk, and what the measure comes to: as the models read it, so that what a
-- sender is told about an empty cell is what becomes of it (int_stated_measures).
with cells as (
    select
        submission_id, period_code, file_id, file_name, line_number, column_number, label, raw_value,
        'activity' as table_name, item_code, null as amount_code, quantity as value
    from checking.pss_ex1_activity
    union all
    select
        submission_id, period_code, file_id, file_name, line_number, column_number, label, raw_value,
        'spend' as table_name, item_code, amount_code, amount as value
    from checking.pss_ex1_spend
),

parts as (
    select
        cells.*,
        measures.measure_code,
        measures.blank_parts,
        cells.value is null and upper(btrim(coalesce(cells.raw_value, ''))) in ('', 'NA') as is_empty
    from cells
    inner join checking.pss_ex1_submissions as submissions
        on cells.submission_id = submissions.submission_id and submissions.under_check
    inner join staging.pss_ex1_measures as measures
        on
            cells.table_name = measures.table_name
            and cells.item_code = measures.item_code
            and cells.amount_code is not distinct from measures.amount_code
            and cells.period_code between measures.from_period and measures.to_period
),

stated as (
    select
        submission_id,
        period_code,
        measure_code,
        case
            when bool_and(value is not null) then sum(value)
            when bool_and(value is not null or is_empty) and max(blank_parts) = 'none' then sum(value)
        end as value,
        bool_and(is_empty) as is_blank
    from parts
    group by submission_id, period_code, measure_code
),

none as (
    select
        blank.submission_id,
        blank.measure_code,
        min(measures.beside_is) as beside_is
    from stated as blank
    inner join staging.pss_ex1_blank_measures as measures
        on
            blank.measure_code = measures.measure_code
            and blank.period_code between measures.from_period and measures.to_period
    inner join stated as beside
        on blank.submission_id = beside.submission_id and measures.beside_measure = beside.measure_code
    where
        blank.is_blank
        and beside.value is not null
        and (measures.beside_is = 'stated' or beside.value = 0)
    group by blank.submission_id, blank.measure_code
)

select
    parts.*,
    stated.is_blank,
    coalesce(stated.value, case when none.beside_is is not null then 0 end) as measure_value,
    none.beside_is
from parts
inner join stated on parts.submission_id = stated.submission_id and parts.measure_code = stated.measure_code
left join none on parts.submission_id = none.submission_id and parts.measure_code = none.measure_code
