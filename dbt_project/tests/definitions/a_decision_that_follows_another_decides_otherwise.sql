-- It takes the place of the version before, which ends with the year before; the same value is no new decision, and what
-- rests on it can be compared over the years.
select
    later.decision_code,
    later.decision_version,
    earlier.value
from {{ ref('club_decisions') }} as later
left join {{ ref('club_decisions') }} as earlier
    on
        later.decision_code = earlier.decision_code
        and later.supersedes = earlier.decision_version
where
    later.decision_version > 1
    and (
        earlier.decision_version is distinct from later.decision_version - 1
        or earlier.value = later.value
        or earlier.valid_to_period is null
        or later.valid_from_period is null
        or left(earlier.valid_to_period, 4)::integer + 1 <> left(later.valid_from_period, 4)::integer
    )
