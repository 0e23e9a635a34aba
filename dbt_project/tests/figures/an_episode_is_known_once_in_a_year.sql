-- Whatever earlier returns tell again of it.
select authority_code, period_code, recorded_from, child_id, file_id, line_number
from {{ ref('int_cla__episodes') }}
where {{ changed_figures(basis="'submitted'") }}
group by authority_code, period_code, recorded_from, child_id, file_id, line_number
having count(*) > 1
