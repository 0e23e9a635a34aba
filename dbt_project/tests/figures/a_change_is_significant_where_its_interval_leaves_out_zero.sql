-- The interval of a change holds the change; where there is none nothing is called significant, and a unit
-- cost has none.
select
    comparisons.authority_code, comparisons.period_code, comparisons.indicator_code, comparisons.basis,
    comparisons.change, comparisons.change_lower_95, comparisons.change_upper_95,
    comparisons.is_change_significant, comparisons.direction_of_travel
from {{ ref('fct_comparison') }} as comparisons
inner join {{ ref('dim_indicator') }} as definitions
    on
        comparisons.indicator_code = definitions.indicator_code
        and comparisons.definition_version = definitions.definition_version
where
    {{ changed_comparisons('comparisons.period_code', 'comparisons.basis') }}
    and (
        (comparisons.change_method is null) <> (comparisons.change_lower_95 is null)
        or (comparisons.change_lower_95 is null) <> (comparisons.change_upper_95 is null)
        or comparisons.is_change_significant
        is distinct from (0 < comparisons.change_lower_95 or 0 > comparisons.change_upper_95)
        or comparisons.change < comparisons.change_lower_95 - 1e-9
        or comparisons.change > comparisons.change_upper_95 + 1e-9
        or (comparisons.change_method is not null and definitions.unit like '£%')
        or (comparisons.direction_of_travel is null) <> (comparisons.previous_value is null)
        or (definitions.polarity = 'none') <> (comparisons.direction_of_travel = 'not judged')
    )
