-- What was known of an authority's children in a year, one state after the other. A year is counted from its
-- own return and those of the years before it, so whichever of these is accepted or withdrawn begins another
-- state of it.
with returns as (
    select
        submissions.sender as authority_code,
        submissions.period_code,
        submissions.submission_id,
        submissions.received_at,
        spells.in_force_from,
        spells.in_force_to
    from {{ ref('stg_ledger__submissions') }} as submissions
    inner join {{ ref('stg_ledger__spells') }} as spells on submissions.submission_id = spells.submission_id
    where submissions.return_code = 'ssda903'
),

changes as (
    select authority_code, period_code, in_force_from as moment from returns
    union
    select authority_code, period_code, in_force_to from returns
    where in_force_to is not null
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
        changes.moment as recorded_from
    from years
    inner join changes
        on
            years.authority_code = changes.authority_code
            and years.period_code >= changes.period_code
            and years.known_from <= changes.moment
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
