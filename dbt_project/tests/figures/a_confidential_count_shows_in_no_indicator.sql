-- Neither in its numerator or denominator nor in value, interval or comparison.
with confidential as (
    select distinct
        facts.authority_code,
        facts.period_code,
        facts.indicator_code,
        facts.basis,
        components.role
    from {{ ref('fct_indicator') }} as facts
    inner join {{ ref('bridge_indicator_measure') }} as components
        on
            facts.indicator_code = components.indicator_code
            and facts.definition_version = components.definition_version
    inner join {{ ref('measure') }} as shown
        on
            facts.authority_code = shown.place_code
            and facts.period_code = shown.period_code
            and facts.basis = shown.basis
            and components.measure_code = shown.measure_code
    where
        shown.geography = 'local_authority'
        and shown.not_shown = 'confidential'
        and {{ changed_years_by_basis('facts.period_code', 'facts.basis') }}
)

select authority_code, period_code, indicator_code, basis
from {{ ref('indicator') }} as shown
inner join confidential using (authority_code, period_code, indicator_code, basis)
where
    coalesce(shown.value, shown.lower_95, shown.upper_95, shown.lower_99_8, shown.upper_99_8) is not null
    or case confidential.role when 'numerator' then shown.numerator else shown.denominator end is not null
    or shown.not_shown is distinct from 'confidential'
union all
select authority_code, period_code, indicator_code, basis
from {{ ref('comparison') }}
inner join confidential using (authority_code, period_code, indicator_code, basis)
