-- Money in pounds, or activity for a week instead of a year, shows in the unit cost. The ranges are wide: they
-- are for slips of the unit, not for dear councils.
with costs as (
    select
        submission_id,
        period_code,
        file_id,
        file_name,
        min(line_number) as line_number,
        case when item_code like 'home_care%' then 'home care' else replace(item_code, '_', ' ') end as label,
        sum(amount) as amount
    from checking.pss_ex1_spend
    where
        amount_code in ('own_provision', 'provision_by_others')
        and item_code in (
            'childrens_homes', 'fostering', 'home_care_older_people', 'home_care_physical_disability',
            'home_care_learning_disability', 'home_care_mental_health'
        )
    group by
        submission_id, period_code, file_id, file_name,
        case when item_code like 'home_care%' then 'home care' else replace(item_code, '_', ' ') end
),

activity as (
    select
        submission_id,
        case
            when item_code like 'hh1_hours%' then 'home care'
            when item_code like 'days_homes%' then 'childrens homes'
            else 'fostering'
        end as label,
        sum(quantity) as quantity
    from checking.pss_ex1_activity as items
    where
        item_code in ('hh1_hours_la', 'hh1_hours_independent', 'days_homes', 'days_homes_own', 'days_homes_others')
        or item_code = 'days_foster'
        or (item_code in ('days_foster_own', 'days_foster_others') and period_code >= '2003-04')
    group by
        submission_id,
        case
            when item_code like 'hh1_hours%' then 'home care'
            when item_code like 'days_homes%' then 'childrens homes'
            else 'fostering'
        end
),

ranges (label, multiplier, unit, lowest, highest) as (
    values
    ('home care', 1000.0 / 52, '£ per hour', 2, 100),
    ('childrens homes', 7000.0, '£ per week', 200, 20000),
    ('fostering', 7000.0, '£ per week', 40, 4000)
)

select
    costs.submission_id,
    costs.file_id,
    costs.file_name,
    costs.line_number,
    null::integer as column_number,
    null::text as value,
    costs.label,
    round(ranges.multiplier * costs.amount / activity.quantity, 2) as unit_cost,
    ranges.unit,
    ranges.lowest,
    ranges.highest
from costs
inner join activity on costs.submission_id = activity.submission_id and costs.label = activity.label
inner join ranges on costs.label = ranges.label
where
    activity.quantity > 0
    -- Activity without any cost is no slip of a unit: the figures of the year before tell.
    and costs.amount <> 0
    and ranges.multiplier * costs.amount / activity.quantity not between ranges.lowest and ranges.highest
