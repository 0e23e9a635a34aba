{{ config(indexes=[{'columns': ['authority_code', 'period_code']}]) }}
-- Days of care in the year, by kind of placement and by who provides it; no child stands here any more. A
-- day belongs to the episode that it begins in. Short breaks are told apart; of an agreement (V4) the days
-- are not recorded.
with episodes as (
    select
        states.authority_code,
        states.period_code,
        states.recorded_from,
        states.recorded_to,
        states.submission_id,
        episodes.place,
        episodes.place_provider,
        coalesce(episodes.ls = any(string_to_array(decisions.short_break_statuses, ' ')), false)
            as is_short_break,
        greatest(
            least(
                episodes.dec + case decisions.day_of_leaving when 'counted' then 1 else 0 end,
                {{ year_end('states.period_code') }} + 1
            ) - greatest(episodes.decom, {{ year_start('states.period_code') }}),
            0
        ) as days
    from {{ ref('int_ssda903__states') }} as states
    inner join {{ ref('stg_ssda903__episodes') }} as episodes
        on states.submission_id = episodes.submission_id
    inner join {{ ref('int_decisions') }} as decisions on {{ holds_in('decisions', 'states.period_code') }}
    where
        episodes.decom is not null
        and episodes.child_id is not null
        and episodes.ls is distinct from 'V4'
        and {{ changed_returns('ssda903', 'states.authority_code', 'states.period_code') }}
        and {{ changed_returns('ssda903', 'episodes.authority_code', 'episodes.period_code') }}
),

final as (
    select
        episodes.authority_code,
        episodes.period_code,
        episodes.recorded_from,
        episodes.recorded_to,
        episodes.submission_id,
        episodes.is_short_break,
        coalesce(types.placement_type, 'unknown') as placement_type,
        case when episodes.is_short_break then types.form_item_short_term else types.form_item end
            as form_item,
        case
            when episodes.place_provider = 'PR1' then 'own'
            when episodes.place_provider in ('PR2', 'PR3', 'PR4', 'PR5') then 'others'
            when episodes.place_provider = 'PR0' then 'parents'
            else coalesce(types.provision, 'unknown')
        end as provision,
        sum(episodes.days) as days
    from episodes
    left join {{ ref('placement_types') }} as types on episodes.place = types.place
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
)

select * from final
