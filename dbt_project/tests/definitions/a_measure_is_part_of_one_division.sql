-- A figure that had two totals would have to be safe in two tables at once, which the disclosure control
-- does not look at. A division has at most one total, and what goes along with its parts is no part of
-- anything.
with members as (
    select * from {{ ref('disclosure_members') }}
)

select measure_code as what, 'is a part of several divisions' as fault
from members
where role in ('part', 'cover')
group by measure_code
having count(*) > 1
union all
select division_code as what, 'has several totals' as fault
from members
where role = 'total'
group by division_code
having count(*) > 1
union all
select members.measure_code as what, 'goes along with a division and is a part of a total' as fault
from members
inner join {{ ref('int_disclosure__measures') }} as measures on members.measure_code = measures.measure_code
where members.role = 'companion' and measures.total_measure_code is not null
