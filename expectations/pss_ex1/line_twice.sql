with places as (
    select distinct
        submission_id,
        file_id,
        file_name,
        line_code,
        line_number
    from checking.pss_ex1_spend
),

numbered as (
    select
        *,
        min(line_number) over (partition by file_id, line_code) as first_line
    from places
)

select
    *,
    1 as column_number,
    line_code as value
from numbered
where line_number > first_line
