-- What the difference to the region is made of: the nodes just below the whole add up to it.
-- dbt compile --select what_makes_the_difference --vars '{authority: birmingham, period: 2007-08, tree: b8}'
select
    position,
    label,
    value,
    comparator_value,
    unit,
    contribution,
    contribution_unit,
    missing_reason,
    note
from {{ ref('fct_driver') }}
where
    authority_code = '{{ var("authority", "birmingham") }}'
    and period_code = '{{ var("period", "2007-08") }}'
    and tree_code = '{{ var("tree", "b8") }}'
    and compared_with = 'region'
order by position
