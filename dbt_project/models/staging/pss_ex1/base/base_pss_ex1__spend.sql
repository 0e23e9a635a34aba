-- Every money cell of the form, of every submission whatever its state: the checks read this view too.
-- A cell that the sender left empty has a row here with an empty value, because the form has the cell.
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
        and submission_file.table_name = 'spend'
),

line_codes as (
    select
        files.*,
        cells.line_number,
        btrim(cells.value) as line_code
    from files
    inner join {{ source('raw', 'pss_ex1_cells') }} as cells
        on files.file_id = cells.file_id and cells.column_number = 1
),

form_cells as (
    select
        line_codes.*,
        lines.service_code as item_code,
        lines.label,
        columns.column_number,
        columns.column_letter as form_column,
        columns.amount_code
    from line_codes
    inner join {{ ref('pss_ex1_lines') }} as lines
        on line_codes.period_code = lines.period_code and line_codes.line_code = lines.line_code
    inner join {{ ref('pss_ex1_columns') }} as columns
        on line_codes.period_code = columns.period_code
),

final as (
    select
        form_cells.submission_id,
        form_cells.return_code,
        form_cells.sender,
        form_cells.authority_code,
        form_cells.period_code,
        form_cells.file_id,
        form_cells.file_name,
        form_cells.line_number,
        form_cells.column_number,
        form_cells.line_code,
        form_cells.label,
        form_cells.item_code,
        form_cells.form_column,
        form_cells.amount_code,
        cells.value as raw_value,
        raw.is_missing(cells.value) as is_missing,
        raw.to_number(cells.value) as amount
    from form_cells
    left join {{ source('raw', 'pss_ex1_cells') }} as cells
        on
            form_cells.file_id = cells.file_id
            and form_cells.line_number = cells.line_number
            and form_cells.column_number = cells.column_number
)

select * from final
