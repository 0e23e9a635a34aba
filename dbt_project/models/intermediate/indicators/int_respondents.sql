-- Of whom a figure is expected for a period: every member once anybody has one, and of the others those that
-- have sent something or are published. A member that is silent shows as missing; a stranger that is silent
-- does not.
with figures as (
    select distinct
        authority_code,
        period_code,
        basis
    from {{ ref('int_stated_measures') }}
    where recorded_to is null
),

open_periods as (
    select distinct
        period_code,
        basis
    from figures
),

final as (
    select
        authority_code,
        period_code,
        basis
    from figures
    union
    select
        latest.sender as authority_code,
        latest.period_code,
        'submitted' as basis
    from {{ ref('int_latest_submissions') }} as latest
    inner join {{ ref('authorities') }} as authorities on latest.sender = authorities.authority_code
    inner join open_periods
        on latest.period_code = open_periods.period_code and open_periods.basis = 'submitted'
    union
    select
        authorities.authority_code,
        open_periods.period_code,
        open_periods.basis
    from {{ ref('authorities') }} as authorities
    cross join open_periods
    where authorities.is_member
)

select * from final
