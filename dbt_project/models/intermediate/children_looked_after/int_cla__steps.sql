{{ config(tags=['by_reading']) }}
-- What each episode does to the child's placements: it begins one, goes on with it, is a temporary stay away
-- from it, or the return to it. A1 counts placements and not episodes.
with explained as (
    select
        *,
        case
            when step = 'returns' then 'return from a temporary stay'
            when step = 'temporary' and stay_is_open then 'temporary stay that still lasts'
            when step = 'temporary' then 'temporary stay'
            when is_temporary and step = 'begins' and stay_is_open then 'temporary stay that still lasts'
            when is_temporary and step = 'begins' then 'temporary stay without a return'
            when step = 'begins' and rne = 'S' then 'start of a period of care'
            when step = 'begins' and rne = 'P' then 'new placement and carer'
            when step = 'begins' and rne = 'B' then 'new placement, carer and legal status'
            when step = 'begins' then 'first episode known'
            when place in ('A3', 'A5') and rne in ('S', 'P', 'B') then 'adoption by the current carers'
            when rne = 'L' then 'legal status only'
            when rne = 'T' then 'same carer'
            when rne = 'U' then 'legal status and placement, same carer'
            else 'no reason that is known'
        end as why,
        concat_ws(
            ' ',
            case when place in ('A3', 'A5') and rne in ('P', 'B') then '217' end,
            case when is_overlong then overlong_rule end,
            case when is_temporary and not stay_has_return and not stay_is_open then '383' end,
            case when step = 'begins' and rne in ('P', 'B') and is_unchanged then '435' end
        ) as rules_broken,
        step = 'begins' or is_first_known as begins_placement
    from {{ ref('int_cla__episode_steps') }}
),

final as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        steps_code,
        episode_number,
        period_of_care,
        (
            count(*) filter (where begins_placement) over (
                partition by authority_code, period_code, recorded_from, child_id, steps_code
                order by episode_number
            )
        )::integer as placement_number,
        step,
        why,
        nullif(rules_broken, '') as rules_broken,
        begins_placement and step = 'begins' and rne in ('S', 'P', 'B') as has_known_start,
        submission_id,
        decom,
        rne,
        cin,
        place,
        placement_type,
        is_temporary,
        dec,
        rec,
        pl_distance,
        age_at_end
    from explained
)

select * from final
