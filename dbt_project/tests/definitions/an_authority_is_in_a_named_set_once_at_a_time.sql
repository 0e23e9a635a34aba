select one.comparator_set, one.authority_code, one.from_period, other.from_period as other_from_period
from {{ ref('comparator_set_members') }} as one
inner join {{ ref('comparator_set_members') }} as other
    on
        one.comparator_set = other.comparator_set
        and one.authority_code = other.authority_code
        and one.from_period < other.from_period
        and coalesce(one.to_period, other.from_period) >= other.from_period
union all
select comparator_set, authority_code, from_period, to_period as other_from_period
from {{ ref('comparator_set_members') }}
group by comparator_set, authority_code, from_period, to_period
having count(*) > 1 or to_period < from_period
