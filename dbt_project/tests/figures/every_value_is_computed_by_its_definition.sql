-- Value x denominator = multiplier x numerator, to the last digits a double holds.
select
    facts.authority_code, facts.period_code, facts.indicator_code, facts.basis,
    facts.numerator, facts.denominator, facts.value, definitions.multiplier
from {{ ref('fct_indicator') }} as facts
left join {{ ref('dim_indicator') }} as definitions
    on
        facts.indicator_code = definitions.indicator_code
        and facts.definition_version = definitions.definition_version
where
    {{ changed_figures('facts.authority_code', 'facts.period_code', 'facts.basis') }}
    and (
        definitions.indicator_code is null
        or facts.period_code < definitions.valid_from_period
        or facts.period_code > definitions.valid_to_period
        or (
            facts.value is not null
            and abs(
                facts.value * case when definitions.value_kind = 'published' then 1 else facts.denominator end
                - definitions.multiplier * facts.numerator
            ) > 1e-9 * greatest(1, abs(definitions.multiplier * facts.numerator))
        )
    )
