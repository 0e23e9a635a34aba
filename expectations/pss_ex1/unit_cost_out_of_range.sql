-- Money in pounds, or activity for a week instead of a year, shows in the unit cost. What it is made of and its
-- range are the seeds pss_ex1_unit_cost_terms and pss_ex1_unit_cost_ranges.
with costs as (
    select
        spend.submission_id,
        spend.file_id,
        spend.file_name,
        terms.unit_cost,
        min(spend.line_number) as line_number,
        sum(spend.amount) as amount
    from checking.pss_ex1_spend as spend
    inner join staging.pss_ex1_unit_cost_terms as terms
        on
            spend.item_code = terms.item_code
            and spend.amount_code = terms.amount_code
            and terms.table_name = 'spend'
            and spend.period_code >= coalesce(terms.from_period, '')
    group by spend.submission_id, spend.file_id, spend.file_name, terms.unit_cost
),

activity as (
    select
        items.submission_id,
        terms.unit_cost,
        sum(items.quantity) as quantity
    from checking.pss_ex1_activity as items
    inner join staging.pss_ex1_unit_cost_terms as terms
        on
            items.item_code = terms.item_code
            and terms.table_name = 'activity'
            and items.period_code >= coalesce(terms.from_period, '')
    group by items.submission_id, terms.unit_cost
)

select
    costs.submission_id,
    costs.file_id,
    costs.file_name,
    costs.line_number,
    null::integer as column_number,
    null::text as value,
    ranges.label,
    round(ranges.multiplier * costs.amount / activity.quantity, 2) as unit_cost,
    ranges.unit,
    ranges.lowest,
    ranges.highest
from costs
inner join activity on costs.submission_id = activity.submission_id and costs.unit_cost = activity.unit_cost
inner join staging.pss_ex1_unit_cost_ranges as ranges on costs.unit_cost = ranges.unit_cost
where
    activity.quantity > 0
    -- Activity without any cost is no slip of a unit: the figures of the year before tell.
    and costs.amount <> 0
    and ranges.multiplier * costs.amount / activity.quantity not between ranges.lowest and ranges.highest
