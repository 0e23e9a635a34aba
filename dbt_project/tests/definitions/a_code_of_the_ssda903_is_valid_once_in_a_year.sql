-- A code that stood twice in a year would have two meanings, and whoever joins it would count a child twice.
with codes as (
    select
        *,
        lead(valid_from_period) over (
            partition by codeset, code order by valid_from_period, valid_to_period
        ) as next_from_period
    from {{ ref('ssda903_codes') }}
)

select codeset, code, valid_from_period, valid_to_period, next_from_period
from codes
where
    valid_to_period < valid_from_period
    or (next_from_period is not null and coalesce(valid_to_period, next_from_period) >= next_from_period)
