-- Every labelled line of the activity table, of every submission whatever its state: the checks read this
-- view too. A label that repeats under several headings is told apart by its turn from the top. The control
-- totals of the publisher stand on the same form, in 2007-08 one column further to the right.
with files as (
    select
        submission.submission_id,
        submission.return_code,
        submission.sender,
        case when submission.return_code = 'pss_ex1' then submission.sender end as authority_code,
        submission.period_code,
        submission_file.file_id,
        submission_file.file_name
    from {{ source('ledger', 'submission_file') }} as submission_file
    inner join {{ source('ledger', 'submission') }} as submission
        on submission_file.submission_id = submission.submission_id
    where
        submission.return_code in ('pss_ex1', 'pss_ex1_totals')
        and submission_file.table_name = 'activity'
),

-- The figures stand under their heading, the labels left of them.
headed as (
    select
        files.submission_id,
        files.return_code,
        files.sender,
        files.authority_code,
        files.period_code,
        files.file_id,
        files.file_name,
        coalesce(min(cells.column_number), 2) as figure_column
    from files
    left join {{ source('raw', 'pss_ex1_cells') }} as cells
        on
            files.file_id = cells.file_id
            and cells.line_number <= 15
            and raw.tidy_label(cells.value) = 'data item data'
    group by
        files.submission_id, files.return_code, files.sender, files.authority_code, files.period_code,
        files.file_id, files.file_name
),

labels as (
    select
        headed.*,
        cells.line_number,
        raw.tidy_label(cells.value) as label
    from headed
    inner join {{ source('raw', 'pss_ex1_cells') }} as cells
        on headed.file_id = cells.file_id and cells.column_number = headed.figure_column - 1
    where not raw.is_missing(cells.value)
),

numbered as (
    select
        *,
        row_number() over (partition by submission_id, file_id, label order by line_number) as occurrence
    from labels
),

final as (
    select
        numbered.submission_id,
        numbered.return_code,
        numbered.sender,
        numbered.authority_code,
        numbered.period_code,
        numbered.file_id,
        numbered.file_name,
        numbered.line_number,
        numbered.figure_column as column_number,
        numbered.label,
        numbered.occurrence,
        items.item_code,
        items.unit,
        coalesce(items.is_required, false) as is_required,
        figures.value as raw_value,
        raw.is_missing(figures.value) as is_missing,
        raw.to_number(figures.value) as quantity
    from numbered
    left join {{ ref('pss_ex1_items') }} as items
        on
            numbered.period_code = items.period_code
            and numbered.label = items.label
            and numbered.occurrence = items.occurrence
    left join {{ source('raw', 'pss_ex1_cells') }} as figures
        on
            numbered.file_id = figures.file_id
            and numbered.line_number = figures.line_number
            and numbered.figure_column = figures.column_number
)

select * from final
