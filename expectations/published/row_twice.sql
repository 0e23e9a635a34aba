with numbered as (
    select
        *,
        row_number() over same_key as turn,
        first_value(line_number) over same_key as first_line
    from {{ work_area }}_records
    window same_key as (
        partition by file_id, geography, place_code, year_label, dimension_key order by line_number
    )
)

select
    submission_id, file_id, file_name, line_number, null::integer as column_number, place_name,
    dimension_key as value, year_label, first_line
from numbered
where turn > 1
