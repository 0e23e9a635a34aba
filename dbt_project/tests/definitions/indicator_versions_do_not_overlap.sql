-- In any year one version of a definition holds: the one before ends before the next begins.
with versions as (
    select
        *,
        lead(valid_from_period) over (
            partition by indicator_code order by definition_version
        ) as next_from_period,
        row_number() over (partition by indicator_code, definition_version) as turn
    from {{ ref('register_indicators') }}
)

select indicator_code, definition_version, valid_from_period, valid_to_period, next_from_period
from versions
where
    turn > 1
    or valid_to_period < valid_from_period
    or (next_from_period is not null and coalesce(valid_to_period, next_from_period) >= next_from_period)
