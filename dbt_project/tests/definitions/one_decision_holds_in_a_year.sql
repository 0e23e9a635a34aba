-- For every decision and every stretch of years one version holds: no two, and no year without one.
with codes as (
    select distinct decision_code from {{ ref('club_decisions') }}
),

stretches as (
    select
        decided.from_period,
        codes.decision_code,
        decided.versions ->> codes.decision_code as decision_version
    from {{ ref('int_decisions') }} as decided
    cross join codes
),

versions as (
    select
        stretches.from_period,
        stretches.decision_code,
        count(decisions.decision_version) as holding
    from stretches
    left join {{ ref('club_decisions') }} as decisions
        on
            stretches.decision_code = decisions.decision_code
            and coalesce(decisions.valid_from_period, '') <= stretches.from_period
            and coalesce(decisions.valid_to_period, '9999-99') >= stretches.from_period
    group by stretches.from_period, stretches.decision_code
),

-- A year that begins no stretch lies in one whose decisions all go on to its end.
ending as (
    select
        decisions.valid_to_period as from_period,
        decisions.decision_code,
        0::bigint as holding
    from {{ ref('club_decisions') }} as decisions
    where
        decisions.valid_to_period is not null
        and not exists (
            select 1 from {{ ref('club_decisions') }} as later
            where
                decisions.decision_code = later.decision_code
                and left(later.valid_from_period, 4)::integer
                = left(decisions.valid_to_period, 4)::integer + 1
        )
)

select * from versions
where holding <> 1
union all
select * from ending
