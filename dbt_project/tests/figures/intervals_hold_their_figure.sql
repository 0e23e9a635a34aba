-- An interval goes with a proportion or a rate; it holds the figure, and the wider one holds the narrower.
select
    facts.authority_code, facts.period_code, facts.indicator_code, facts.value,
    facts.lower_95, facts.upper_95, facts.lower_99_8, facts.upper_99_8
from {{ ref('fct_indicator') }} as facts
inner join {{ ref('dim_indicator') }} as definitions
    on
        facts.indicator_code = definitions.indicator_code
        and facts.definition_version = definitions.definition_version
where
    {{ changed_figures('facts.authority_code', 'facts.period_code', 'facts.basis') }}
    and (
        (facts.lower_95 is not null) <> (facts.value is not null and definitions.no_interval_reason is null)
        or (facts.lower_95 is null) <> (facts.upper_99_8 is null)
        or (facts.lower_95 is null) <> (facts.interval_method is null)
        or facts.lower_99_8 < 0
        or facts.lower_99_8 > facts.lower_95 + 1e-9
        or facts.lower_95 > facts.value + 1e-9
        or facts.value > facts.upper_95 + 1e-9
        or facts.upper_95 > facts.upper_99_8 + 1e-9
        or (definitions.value_kind = 'proportion' and facts.upper_99_8 > definitions.multiplier)
    )
