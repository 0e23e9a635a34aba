{{ config(materialized='ephemeral') }}
-- The episodes that count for each return of a year: a return holds those that were open in its year; what
-- ended before comes from the returns of the years before, as far as they are held. Each return has the last
-- word on the time from its first episode on. Short breaks are left out.
with episodes as (
    select *
    from {{ ref('stg_ssda903__episodes') }}
    where
        child_id is not null
        and decom <= {{ year_end('period_code') }}
        and coalesce(ls, '') <> all(string_to_array({{ decision('short_break_statuses') }}, ' '))
        and {{ authorities_with_changes('ssda903', 'authority_code') }}
),

child_returns as (
    select
        authority_code,
        child_id,
        period_code,
        submission_id,
        recorded_from,
        recorded_to,
        min(decom) as first_decom
    from episodes
    group by authority_code, child_id, period_code, submission_id, recorded_from, recorded_to
),

-- For the return of a year, the child's returns up to it, each with the day from which the later ones tell.
tellings as (
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
    inner join child_returns as current_returns on states.submission_id = current_returns.submission_id
    inner join child_returns as earlier_returns
        on
            current_returns.authority_code = earlier_returns.authority_code
            and current_returns.child_id = earlier_returns.child_id
            and current_returns.period_code >= earlier_returns.period_code
            and {{ stood_at(
                'states.recorded_from', 'earlier_returns.recorded_from', 'earlier_returns.recorded_to'
            ) }}
    where {{ changed_returns('ssda903', 'states.authority_code', 'states.period_code') }}
),

final as (
    select
        tellings.authority_code,
        tellings.period_code,
        tellings.recorded_from,
        tellings.recorded_to,
        tellings.child_id,
        tellings.submission_id,
        tellings.told_in_period,
        episodes.file_id,
        episodes.line_number,
        episodes.decom,
        episodes.rne,
        episodes.ls,
        episodes.cin,
        episodes.place,
        episodes.place_provider,
        episodes.dec,
        episodes.rec,
        episodes.placement_address_id,
        episodes.urn,
        episodes.pl_distance,
        case when tellings.told_in_period = tellings.period_code then episodes.age_at_end end as age_at_end
    from tellings
    inner join episodes
        on
            tellings.told_by = episodes.submission_id
            and tellings.child_id = episodes.child_id
    where
        tellings.told_later_from is null
        or (episodes.decom < tellings.told_later_from and episodes.dec <= tellings.told_later_from)
)

select * from final
