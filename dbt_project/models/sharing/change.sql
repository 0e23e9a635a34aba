-- Which figures of members have moved, by the day. The old figure of a count of people was never set beside the small ones of
-- its time, so of what stands on such counts leaves only that it moved; of what does not leave, not even that.
with restated as (
    select
        moved.authority_code,
        moved.indicator_code,
        moved.period_code,
        moved.basis,
        {{ day_in_england('moved.restated_at') }} as changed_on,
        moved.restated_at,
        moved.new_source,
        moved.old_value,
        moved.new_value
    from {{ ref('restatement') }} as moved
    inner join {{ ref('authority') }} as authorities on moved.authority_code = authorities.authority_code
    where moved.figure_kind = 'indicator' and authorities.is_member
),

by_day as (
    select
        authority_code,
        indicator_code,
        period_code,
        basis,
        changed_on,
        (array_agg(old_value order by restated_at, new_source))[1] as old_value,
        (array_agg(new_value order by restated_at desc, new_source desc))[1] as new_value
    from restated
    group by authority_code, indicator_code, period_code, basis, changed_on
),

final as (
    select
        by_day.authority_code,
        by_day.indicator_code,
        by_day.period_code,
        by_day.basis,
        by_day.changed_on,
        shown.authority_name,
        shown.title,
        shown.unit,
        case when not shown.is_rounded then by_day.old_value end as old_value,
        case when not shown.is_rounded then by_day.new_value end as new_value,
        case when shown.is_rounded then 'confidential' end as not_shown
    from by_day
    inner join {{ ref('indicator') }} as shown using (authority_code, indicator_code, period_code, basis)
    where shown.value is not null and by_day.old_value is distinct from by_day.new_value
)

select * from final
