-- Days of care in the year, by kind of placement and by who provides it; no child stands here any more. A
-- day belongs to the episode that it begins in. Short breaks are told apart; of an agreement (V4) the days
-- are not recorded.
with episodes as (
    select
        authority_code,
        period_code,
        submission_id,
        place,
        place_provider,
        coalesce(ls = any(string_to_array({{ decision('short_break_statuses') }}, ' ')), false)
            as is_short_break,
        greatest(
            least(
                dec + case {{ decision('day_of_leaving') }} when 'counted' then 1 else 0 end,
                {{ year_end('period_code') }} + 1
            ) - greatest(decom, {{ year_start('period_code') }}),
            0
        ) as days
    from {{ ref('stg_ssda903__episodes') }}
    where
        decom is not null
        and child_id is not null
        and ls is distinct from 'V4'
        and {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
),

final as (
    select
        episodes.authority_code,
        episodes.period_code,
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
    group by 1, 2, 3, 4, 5, 6, 7
)

select * from final
