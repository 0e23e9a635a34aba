{{ config(materialized='ephemeral') }}
-- What each episode does to the child's placements, in one word: it begins one, goes on with it, is a
-- temporary stay away from it, or the return to it; by each of the rules that there are for stays.
with rules as (
    {{ rules_of_steps() }}
),

episodes as (
    select
        episodes.*,
        types.placement_type,
        types.overlong_rule,
        coalesce(types.placement_type = 'temporary', false) as is_coded_temporary,
        coalesce(episodes.dec - episodes.decom > types.max_days, false) as is_overlong,
        {{ is_counted_with_stays() }} as has_stays
    from {{ ref('int_cla__episodes') }} as episodes
    left join {{ ref('placement_types') }} as types on episodes.place = types.place
    where
        {{ changed_returns('ssda903', 'episodes.authority_code', 'episodes.period_code') }}
        and {{ is_read('episodes.recorded_to', 'episodes.submission_id') }}
),

judged as (
    select
        episodes.*,
        rules.steps_code,
        rules.stay_open_at_year_end,
        rules.non_returning_stay,
        is_coded_temporary and not (is_overlong and rules.overlong_stay = 'counted') as is_temporary,
        coalesce(
            bool_or(rne = 'S') over (
                partition by
                    authority_code, period_code, recorded_from, child_id, rules.steps_code, period_of_care
            ),
            false
        ) as has_known_start
    from episodes
    inner join rules
        on episodes.has_stays = rules.has_stays and {{ holds_in('rules', 'episodes.period_code') }}
),

-- Beside each episode the one before it, and the last one before it that was no temporary stay.
beside as (
    select
        *,
        count(*) filter (where not is_temporary) over of_child as settled_so_far,
        lag(is_temporary) over of_child as follows_stay,
        lag(dec) over of_child as dec_before,
        -- What is left blank both times is the same.
        coalesce(place, '') = coalesce(lag(place) over of_child, '')
        and coalesce(place_provider, '') = coalesce(lag(place_provider) over of_child, '')
        and coalesce(placement_address_id, '') = coalesce(lag(placement_address_id) over of_child, '')
        and coalesce(urn, '') = coalesce(lag(urn) over of_child, '') as is_unchanged,
        coalesce(place, '') = coalesce(lag(place) over of_kind, '')
        and coalesce(placement_address_id, '') = coalesce(lag(placement_address_id) over of_kind, '')
        and coalesce(urn, '') = coalesce(lag(urn) over of_kind, '') as is_same_as_settled,
        lag(period_of_care) over of_kind as period_of_care_settled
    from judged
    window
        of_child as (
            partition by authority_code, period_code, recorded_from, child_id, steps_code
            order by episode_number
        ),
        of_kind as (
            partition by authority_code, period_code, recorded_from, child_id, steps_code, is_temporary
            order by episode_number
        )
),

-- A return is a new placement on paper, in the placement of before. Where that lies before the episodes
-- known, the code of the stay is taken at its word.
returns as (
    select
        *,
        not is_temporary
        and coalesce(follows_stay, false)
        and coalesce(rne in ('P', 'B'), false)
        and case
            when period_of_care_settled = period_of_care then is_same_as_settled
            else not has_known_start
        end as is_return,
        settled_so_far - (not is_temporary)::integer as stay_number
    from beside
),

-- A stay may be several episodes; with them stands the episode that follows.
stays as (
    select
        *,
        bool_or(is_return) over of_stay as stay_has_return,
        bool_or(is_temporary and (dec is null or dec > {{ year_end('period_code') }})) over of_stay
        and not bool_or(not is_temporary) over of_stay as stay_is_open
    from returns
    window of_stay as (
        partition by authority_code, period_code, recorded_from, child_id, steps_code, stay_number
    )
),

final as (
    select
        *,
        case
            when is_temporary and stay_has_return then 'temporary'
            when is_temporary and stay_is_open and stay_open_at_year_end = 'ignored'
                then 'temporary'
            when is_temporary and not stay_is_open and non_returning_stay = 'ignored'
                then 'temporary'
            when is_return then 'returns'
            when place in ('A3', 'A5') and rne in ('P', 'B') and not is_first_known then 'continues'
            when place in ('A3', 'A5') and rne = 'S' and decom = dec_before then 'continues'
            when rne in ('S', 'P', 'B') or is_first_known then 'begins'
            else 'continues'
        end as step
    from stays
)

select * from final
