-- Whoever holds the rounded counts can do the sum again: an indicator tells nothing beyond them.
select
    shown.authority_code,
    shown.period_code,
    shown.indicator_code,
    shown.basis,
    shown.value
from {{ ref('indicator') }} as shown
inner join {{ ref('dim_indicator') }} as indicators
    on
        shown.indicator_code = indicators.indicator_code
        and shown.definition_version = indicators.definition_version
where
    shown.is_rounded
    and shown.value is not null
    and {{ changed_years_by_basis('shown.period_code', 'shown.basis') }}
    and {{ is_equal(
        'shown.value', '(indicators.multiplier * shown.numerator / shown.denominator)'
    ) }} is not true
