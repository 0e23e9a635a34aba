-- Spells follow one another without a gap and without an overlap; the last of a member lasts.
with members as (
    select authority_code
    from {{ ref('authorities') }}
    where is_member
),

spells as (
    select
        *,
        lead(from_period) over (partition by authority_code order by from_period) as next_from_period
    from {{ ref('authority_types') }}
)

select authority_code, from_period, to_period, next_from_period
from spells
where
    (
        next_from_period is null
        and to_period is not null
        and authority_code in (select authority_code from members)
    )
    or (
        next_from_period is not null
        and (to_period is null or left(to_period, 4)::int + 1 <> left(next_from_period, 4)::int)
    )
