select placed.*
from {{ work_area }}_placed as placed
where
    not exists (
        select 1 from raw.answer_forms as asked
        where
            asked.return_code = '{{ return_code }}'
            and placed.round_code = asked.round_code
            and (lower(placed.item_code) = lower(asked.item_code) or asked.item_code = '*')
    )
