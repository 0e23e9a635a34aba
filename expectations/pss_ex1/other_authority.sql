-- Where the year's form names the council, the name must be the sender's. Some councils never filled it in.
with name_cells as materialized (
    select files.*, cells.line_number, cells.column_number, cells.value
    from checking.pss_ex1_files as files
    inner join staging.pss_ex1_name_cells as places
        on files.period_code = places.period_code and files.table_name = places.table_name
    inner join raw.pss_ex1_cells as cells
        on
            files.submission_id = cells.submission_id and files.file_id = cells.file_id
            and places.line_number = cells.line_number and places.column_number = cells.column_number
),

names as (
    select
        *,
        btrim(raw.tidy_label(regexp_replace(value, '^PSS EX1 Return for [0-9-]+', ''))) as name
    from name_cells
    where not raw.is_missing(value)
)

select
    names.submission_id,
    names.file_id,
    names.file_name,
    names.authority_code,
    names.line_number,
    names.column_number,
    names.value
from names
left join staging.stg_reference__authority_names as known on names.name = known.name
where
    names.name <> ''
    and names.name not like 'you have not selected%'
    and names.name !~ '^(version|draft)'
    and known.authority_code is distinct from names.authority_code
