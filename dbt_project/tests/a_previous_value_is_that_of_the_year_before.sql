select now.authority_code, now.period_code, now.indicator_code, now.previous_value, earlier.value
from {{ ref('fct_comparison') }} as now
left join {{ ref('fct_indicator') }} as earlier
    on
        now.authority_code = earlier.authority_code
        and now.indicator_code = earlier.indicator_code
        and now.basis = earlier.basis
        and now.definition_version = earlier.definition_version
        and left(now.period_code, 4)::int - 1 = left(earlier.period_code, 4)::int
where
    now.previous_value is distinct from earlier.value
    or now.change is distinct from now.value - earlier.value
