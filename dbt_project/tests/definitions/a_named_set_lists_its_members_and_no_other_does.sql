-- A named set says, too, whom it is set beside.
select sets.comparator_set, sets.made_by, sets.compared, count(members.authority_code) as members
from {{ ref('comparator_sets') }} as sets
left join {{ ref('comparator_set_members') }} as members on sets.comparator_set = members.comparator_set
group by sets.comparator_set, sets.made_by, sets.compared
having
    (sets.made_by = 'named') <> (count(members.authority_code) > 0)
    or (sets.made_by = 'named') <> (sets.compared is not null)
