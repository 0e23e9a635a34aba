-- The episodes of each child as they were known when a year's return came, in their order, without short
-- breaks. A return holds the episodes that were open in its year; what ended before comes from the returns
-- of the years before, as far as they are held. Each return has the last word on the time from its first
-- episode on. When a return is sent again, what was known before is kept beside what is known from then on
-- (recorded_from, recorded_to).
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

known as (
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
),

ordered as (
    select
        *,
        row_number() over of_child as episode_number,
        -- Between the returns of two years something is not told: before it may lie another period of care.
        coalesce(
            coalesce(rne, '') <> 'S'
            and lag(dec) over of_child < decom
            and lag(told_in_period) over of_child < period_code,
            false
        ) as follows_gap
    from known
    window of_child as (
        partition by authority_code, period_code, recorded_from, child_id
        order by decom, dec nulls last, file_id, line_number
    )
),

final as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        episode_number::integer as episode_number,
        (
            count(*) filter (where rne = 'S' or follows_gap) over (
                partition by authority_code, period_code, recorded_from, child_id order by episode_number
            )
        )::integer as period_of_care,
        episode_number = 1 or follows_gap as is_first_known,
        submission_id,
        told_in_period,
        file_id,
        line_number,
        decom,
        rne,
        ls,
        cin,
        place,
        place_provider,
        dec,
        rec,
        placement_address_id,
        urn,
        pl_distance,
        age_at_end
    from ordered
)

select * from final
