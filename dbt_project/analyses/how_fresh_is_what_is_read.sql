-- The latest year that counts of each sender and return, when something last came, and what of it is not built yet.
select
    sender,
    return_code,
    newest_period_in_force,
    last_received_at,
    newest_state,
    awaiting_sign_off,
    quarantined,
    not_built,
    build_id,
    built_at
from {{ ref('load_status') }}
order by last_received_at desc, sender, return_code
