select measures.measure_code, inputs.measure_code as input
from {{ ref('register_measures') }} as measures
cross join lateral unnest(string_to_array(measures.worked_out_from, ' ')) as inputs (measure_code)
left join {{ ref('register_measures') }} as known on inputs.measure_code = known.measure_code
where known.measure_code is null or known.worked_out_from is not null
