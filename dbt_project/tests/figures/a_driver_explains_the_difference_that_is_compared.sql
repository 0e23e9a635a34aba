-- The whole of a tree is the figure of `fct_indicator`, beside the comparator of `fct_comparison` where
-- both pool the same number of authorities, or beside the figure of the year before.
select
    drivers.authority_code, drivers.period_code, drivers.node_code, drivers.compared_with,
    drivers.value, facts.value as figure, drivers.comparator_value, comparisons.comparator_value as compared
from {{ ref('fct_driver') }} as drivers
left join {{ ref('fct_indicator') }} as facts
    on
        drivers.authority_code = facts.authority_code
        and drivers.period_code = facts.period_code
        and drivers.node_indicator_code = facts.indicator_code
        and drivers.basis = facts.basis
left join {{ ref('fct_comparison') }} as comparisons
    on
        drivers.authority_code = comparisons.authority_code
        and drivers.period_code = comparisons.period_code
        and drivers.node_indicator_code = comparisons.indicator_code
        and drivers.basis = comparisons.basis
        and case drivers.compared_with when 'previous_year' then 'region' else drivers.compared_with end
        = comparisons.comparator_set
where
    drivers.node_indicator_code is not null
    and {{ changed_comparisons('drivers.period_code', 'drivers.basis') }}
    and (
        drivers.value is distinct from facts.value
        or (
            drivers.compared_with = 'previous_year'
            and drivers.comparator_value <> comparisons.previous_value
        )
        or (
            drivers.n = comparisons.n
            and drivers.indicator_code = drivers.node_indicator_code
            and not {{ adds_up_to('drivers.comparator_value', 'comparisons.comparator_value') }}
        )
    )
