{{ config(materialized='ephemeral') }}
-- The episodes that count for each return of a year: a return holds those that were open in its year; what
-- ended before comes from the returns of the years before, as far as they are held. Each return has the last
-- word on the time from its first episode on. Short breaks are left out.
with final as (
    select
        returns.authority_code,
        returns.period_code,
        returns.recorded_from,
        returns.recorded_to,
        returns.child_id,
        returns.submission_id,
        returns.told_in_period,
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
        case when returns.told_in_period = returns.period_code then episodes.age_at_end end as age_at_end
    from {{ ref('int_cla__known_returns') }} as returns
    inner join {{ ref('int_cla__episodes_in_care') }} as episodes
        on
            returns.told_by = episodes.submission_id
            and returns.child_id = episodes.child_id
            and {{ stood_at('returns.recorded_from', 'episodes.recorded_from', 'episodes.recorded_to') }}
    where
        returns.told_later_from is null
        or (episodes.decom < returns.told_later_from and episodes.dec <= returns.told_later_from)
)

select * from final
