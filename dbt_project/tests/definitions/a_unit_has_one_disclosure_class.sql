select unit, counted_from_children
from {{ ref('disclosure_units') }}
group by unit, counted_from_children
having count(*) > 1
union all
-- Only what is about people is told in people.
select unit, counted_from_children
from {{ ref('disclosure_units') }}
where (amount_of_one is not null) <> (disclosure in ('people', 'time_of_people'))
