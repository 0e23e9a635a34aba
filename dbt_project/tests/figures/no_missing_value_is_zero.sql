-- A value rests on at least one figure that was sent, or that the form proves; without any it is missing.
-- What is worked out from other measures rests on theirs.
select
    measures.authority_code,
    measures.period_code,
    measures.measure_code,
    measures.basis,
    measures.value
from {{ ref('fct_measure') }} as measures
left join {{ ref('int_measure_sources') }} as parts
    on
        measures.authority_code = parts.authority_code
        and measures.period_code = parts.period_code
        and measures.measure_code = parts.measure_code
        and measures.basis = parts.basis
        and parts.recorded_to is null
inner join {{ ref('register_measures') }} as register on measures.measure_code = register.measure_code
where
    measures.value is not null
    and register.worked_out_from is null
    and {{ changed_figures('measures.authority_code', 'measures.period_code', 'measures.basis') }}
group by measures.authority_code, measures.period_code, measures.measure_code, measures.basis, measures.value
having count(parts.value) = 0
