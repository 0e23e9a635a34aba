-- What does not add up either differs or says why it cannot be compared; what adds up needs no reason.
select
    group_code,
    period_code,
    item_code,
    amount_code,
    status,
    reason
from {{ ref('control_total') }}
where
    (status = 'not_comparable') <> (reason is not null)
    or (status = 'equal' and abs(difference) > greatest(0.001, 0.000000001 * abs(stated_total)))
    or (status = 'differs' and difference = 0)
