select sources.authority_code, sources.period_code, sources.measure_code, sources.basis
from {{ ref('int_measures') }} as sources
left join {{ ref('fct_measure') }} as measures
    on
        sources.authority_code = measures.authority_code
        and sources.period_code = measures.period_code
        and sources.measure_code = measures.measure_code
        and sources.basis = measures.basis
where
    measures.measure_code is null
    and {{ changed_figures('sources.authority_code', 'sources.period_code', 'sources.basis') }}
