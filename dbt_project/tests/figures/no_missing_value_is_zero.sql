-- A value rests on at least one figure that was sent, or that the form proves, of its own or of the measure beside
-- it that tells that there is none; without any it is missing.
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
having
    count(parts.value) = 0
    and not (
        measures.value = 0
        and exists (
            select 1
            from {{ ref('pss_ex1_blank_measures') }} as blanks
            inner join {{ ref('fct_measure') }} as beside on blanks.beside_measure = beside.measure_code
            where
                measures.measure_code = blanks.measure_code
                and measures.period_code between blanks.from_period and blanks.to_period
                and measures.authority_code = beside.authority_code
                and measures.period_code = beside.period_code
                and measures.basis = beside.basis
                and beside.value is not null
                and (blanks.beside_is = 'stated' or beside.value = 0)
        )
    )
