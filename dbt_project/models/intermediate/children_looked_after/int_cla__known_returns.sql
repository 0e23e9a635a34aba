{{ config(materialized='ephemeral') }}
-- For the return of a year, the child's returns up to it, each with the day from which the later ones tell.
with child_returns as (
    select
        authority_code,
        child_id,
        period_code,
        submission_id,
        recorded_from,
        recorded_to,
        min(decom) as first_decom
    from {{ ref('int_cla__episodes_in_care') }}
    group by authority_code, child_id, period_code, submission_id, recorded_from, recorded_to
),

final as (
    select
        states.authority_code,
        current_returns.child_id,
        states.period_code,
        states.recorded_from,
        states.recorded_to,
        states.submission_id,
        earlier_returns.period_code as told_in_period,
        earlier_returns.submission_id as told_by,
        min(earlier_returns.first_decom) over (
            partition by
                states.authority_code, states.period_code, states.recorded_from, current_returns.child_id
            order by earlier_returns.period_code desc
            rows between unbounded preceding and 1 preceding
        ) as told_later_from
    from {{ ref('int_ssda903__states') }} as states
    inner join child_returns as current_returns
        on
            states.submission_id = current_returns.submission_id
            and {{ stood_at(
                'states.recorded_from', 'current_returns.recorded_from', 'current_returns.recorded_to'
            ) }}
    inner join child_returns as earlier_returns
        on
            current_returns.authority_code = earlier_returns.authority_code
            and current_returns.child_id = earlier_returns.child_id
            and current_returns.period_code >= earlier_returns.period_code
            and {{ stood_at(
                'states.recorded_from', 'earlier_returns.recorded_from', 'earlier_returns.recorded_to'
            ) }}
    where {{ changed_returns('ssda903', 'states.authority_code', 'states.period_code') }}
)

select * from final
