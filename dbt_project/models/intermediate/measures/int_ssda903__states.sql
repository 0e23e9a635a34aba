-- What was known of an authority's children in a year, one state after the other. A year is counted from its
-- own return and those of the years before it, so whichever of these is accepted begins another state of it.
with returns as (
    select
        sender as authority_code,
        period_code,
        submission_id,
        received_at,
        in_force_from,
        in_force_to
    from {{ ref('stg_ledger__submissions') }}
    where return_code = 'ssda903' and in_force_from is not null
),

years as (
    select
        authority_code,
        period_code,
        min(in_force_from) as known_from
    from returns
    group by authority_code, period_code
),

moments as (
    select distinct
        years.authority_code,
        years.period_code,
        returns.in_force_from as recorded_from
    from years
    inner join returns
        on
            years.authority_code = returns.authority_code
            and years.period_code >= returns.period_code
            and years.known_from <= returns.in_force_from
),

spells as (
    select
        *,
        lead(recorded_from) over (
            partition by authority_code, period_code order by recorded_from
        ) as recorded_to
    from moments
),

final as (
    select
        spells.authority_code,
        spells.period_code,
        spells.recorded_from,
        spells.recorded_to,
        returns.submission_id,
        returns.received_at as recorded_at
    from spells
    inner join returns
        on
            spells.authority_code = returns.authority_code
            and spells.period_code = returns.period_code
            and {{ stood_at('spells.recorded_from', 'returns.in_force_from', 'returns.in_force_to') }}
)

select * from final
