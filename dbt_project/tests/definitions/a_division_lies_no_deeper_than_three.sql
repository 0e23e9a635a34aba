-- The disclosure control goes down three levels: a total, its parts, and their parts.
select
    measures.measure_code,
    totals.measure_code as total_measure_code
from {{ ref('int_disclosure__measures') }} as measures
inner join {{ ref('int_disclosure__measures') }} as totals
    on measures.total_measure_code = totals.measure_code
where totals.level + 1 <> measures.level
