-- A council that spends less than nothing on its services: the sign was turned in an export.
select
    submission_id,
    file_id,
    file_name,
    null::integer as line_number,
    null::integer as column_number,
    null::text as value,
    count(amount) as entries
from checking.pss_ex1_spend
where
    amount_code in (
        'own_provision', 'provision_by_others', 'gross_current_expenditure', 'total_expenditure'
    )
group by submission_id, file_id, file_name
having min(amount) < 0 and max(amount) <= 0
