-- The cells behind a measure add up to it; one that is worked out from other measures is traced through
-- those.
select
    measures.authority_code, measures.period_code, measures.measure_code, measures.basis, measures.value,
    sum(cells.value) as sum_of_cells
from {{ ref('fct_measure') }} as measures
left join {{ ref('bridge_measure_source') }} as cells
    on
        measures.authority_code = cells.authority_code
        and measures.period_code = cells.period_code
        and measures.measure_code = cells.measure_code
        and measures.basis = cells.basis
        and measures.submission_id = cells.submission_id
inner join {{ ref('register_measures') }} as register on measures.measure_code = register.measure_code
where
    register.worked_out_from is null
    and {{ changed_figures('measures.authority_code', 'measures.period_code', 'measures.basis') }}
group by measures.authority_code, measures.period_code, measures.measure_code, measures.basis, measures.value
having
    count(cells.part_number) = 0
    or abs(measures.value - sum(cells.value)) > 1e-9 * greatest(1, abs(measures.value))
