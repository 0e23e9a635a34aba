with cells as (
    select
        submission_id, file_id, file_name, line_number, column_number, raw_value as value,
        'line ' || line_code || ', ' || replace(amount_code, '_', ' ') as what
    from checking.pss_ex1_spend
    where amount is null and not is_missing
    union all
    select
        submission_id, file_id, file_name, line_number, column_number, raw_value as value, label as what
    from checking.pss_ex1_activity
    where item_code is not null and quantity is null and not is_missing
)

select
    *,
    case
        when value ~ '^\s*[0-9.,]+(\s*[+-]\s*[0-9.,]+)+\s*$'
            then 'It looks like a sum that was not worked out: enter its result'
        else 'Enter the number, or .. if it is not known'
    end as advice
from cells
where value not like '=%'
