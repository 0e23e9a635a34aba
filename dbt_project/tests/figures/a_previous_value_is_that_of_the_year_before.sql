-- The version is the same, or the register says that it may be set beside the one before; and so are the decisions.
-- Every row has its definition; joined from the left, the planner keeps to the number of rows.
select now.authority_code, now.period_code, now.indicator_code, now.previous_value, earlier.value
from {{ ref('fct_comparison') }} as now
left join {{ ref('dim_indicator') }} as definitions
    on
        now.indicator_code = definitions.indicator_code
        and now.definition_version = definitions.definition_version
left join {{ ref('fct_indicator') }} as figures
    on
        now.authority_code = figures.authority_code
        and now.period_code = figures.period_code
        and now.indicator_code = figures.indicator_code
        and now.basis = figures.basis
left join {{ ref('fct_indicator') }} as earlier
    on
        now.authority_code = earlier.authority_code
        and now.indicator_code = earlier.indicator_code
        and now.basis = earlier.basis
        and {{ changed_comparisons('earlier.period_code', 'earlier.basis', looks_back=true) }}
        and figures.decisions is not distinct from earlier.decisions
        and left(now.period_code, 4)::int - 1 = left(earlier.period_code, 4)::int
        and (
            now.definition_version = earlier.definition_version
            or (
                definitions.comparable_with_previous
                and now.definition_version - 1 = earlier.definition_version
            )
        )
where
    (
        now.previous_value is distinct from earlier.value
        or now.change is distinct from now.value - earlier.value
    )
    and {{ changed_comparisons('now.period_code', 'now.basis') }}
