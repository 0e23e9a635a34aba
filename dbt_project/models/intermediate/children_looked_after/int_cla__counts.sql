{{ config(tags=['by_reading'], indexes=[{'columns': ['authority_code', 'period_code']}]) }}
-- Every count of a return by each reading, as one category of a division: all who were looked after on 31 March by
-- age, all days in foster care by provider. What cannot be told is the category `unknown`.
with children as (
    select *
    from {{ ref('int_cla__children') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
),

days as (
    select *
    from {{ ref('int_cla__days') }}
    where {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
),

children_counted as (
    select
        children.authority_code,
        children.period_code,
        children.recorded_from,
        children.recorded_to,
        children.submission_id,
        children.part_code,
        counts.division,
        counts.category,
        sum(counts.quantity) as quantity
    from children
    cross join
        lateral (
            values
            ('at_31_march', 'all', children.is_at_31_march::integer),
            -- Where nobody is looked after on 31 March, there are none.
            (
                'placements',
                'all',
                case when children.is_at_31_march then children.placements_in_year else 0 end
            ),
            ('three_or_more', 'yes', children.has_three_or_more::integer),
            ('long_term', children.long_term, 1),
            ('same_placement', children.same_placement, 1),
            ('half_a_year', children.half_a_year, 1),
            ('started', 'yes', children.started_in_year::integer),
            ('ceased', 'yes', children.ceased_in_year::integer),
            ('adopted', 'yes', children.adopted_in_year::integer),
            ('age', children.age_band, 1),
            ('need', children.need, 1),
            ('placement_type', children.placement_type, 1),
            ('distance', children.distance, 1),
            (
                'three_or_more_by_age',
                case when children.has_three_or_more then children.age_band end,
                1
            ),
            (
                'three_or_more_by_placement',
                case when children.has_three_or_more then children.placement_type end,
                1
            )
        ) as counts (division, category, quantity)
    where counts.category is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8
),

days_counted as (
    select
        authority_code, period_code, recorded_from, recorded_to, submission_id,
        case when is_short_break then 'days_short_breaks' else 'days' end as division,
        placement_type as category,
        sum(days) as quantity
    from days
    group by 1, 2, 3, 4, 5, 6, 7
    union all
    select
        authority_code, period_code, recorded_from, recorded_to, submission_id,
        'days_' || placement_type as division,
        provision as category,
        sum(days) as quantity
    from days
    where not is_short_break
    group by 1, 2, 3, 4, 5, 6, 7
),

-- A reading is counted of its parts; the days of care are the same by each.
counted as (
    select
        children_counted.authority_code,
        children_counted.period_code,
        children_counted.recorded_from,
        children_counted.recorded_to,
        children_counted.submission_id,
        parts.reading_code,
        children_counted.division,
        children_counted.category,
        sum(children_counted.quantity) as quantity
    from children_counted
    inner join {{ ref('int_reading_parts') }} as parts
        on
            children_counted.part_code = parts.part_code
            and {{ holds_in('parts', 'children_counted.period_code') }}
    group by 1, 2, 3, 4, 5, 6, 7, 8
    union all
    select
        days_counted.authority_code,
        days_counted.period_code,
        days_counted.recorded_from,
        days_counted.recorded_to,
        days_counted.submission_id,
        readings.reading_code,
        days_counted.division,
        days_counted.category,
        days_counted.quantity
    from days_counted
    inner join {{ ref('int_readings') }} as readings on {{ holds_in('readings', 'days_counted.period_code') }}
),

final as (
    select
        *,
        coalesce(
            sum(quantity) filter (where category = 'unknown') over of_division, 0
        ) as unknown,
        sum(quantity) over of_division as of_all
    from counted
    window of_division as (partition by authority_code, period_code, recorded_from, reading_code, division)
)

select * from final
