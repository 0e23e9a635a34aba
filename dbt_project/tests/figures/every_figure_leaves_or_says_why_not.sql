select
    facts.authority_code,
    facts.period_code,
    facts.measure_code,
    facts.basis
from {{ ref('fct_measure') }} as facts
left join {{ ref('measure') }} as shown
    on
        shown.geography = 'local_authority'
        and facts.authority_code = shown.place_code
        and facts.period_code = shown.period_code
        and facts.measure_code = shown.measure_code
        and facts.basis = shown.basis
where
    {{ changed_years_by_basis('facts.period_code', 'facts.basis') }}
    and (shown.place_code is null or (shown.value is null) <> (shown.not_shown is not null))
