-- The disclosure control protects what it knows to add up; a sum that does not hold would protect
-- nothing. What authorities state of themselves may contradict itself; what is counted from children may
-- not.
with figures as (
    select
        members.division_code,
        divisions.holds,
        facts.authority_code,
        facts.period_code,
        facts.basis,
        max(facts.value) filter (where members.role = 'total') as total,
        sum(facts.value) filter (where members.role in ('part', 'cover')) as parts,
        bool_and(facts.value is not null) as is_complete
    from {{ ref('disclosure_members') }} as members
    inner join {{ ref('disclosure_divisions') }} as divisions
        on members.division_code = divisions.division_code
    inner join {{ ref('fct_measure') }} as facts on members.measure_code = facts.measure_code
    where
        members.role in ('total', 'part', 'cover')
        and divisions.holds in ('equal', 'at_most')
        and facts.basis <> 'published'
        and {{ changed_years_by_basis('facts.period_code', 'facts.basis') }}
    group by
        members.division_code, divisions.holds, facts.authority_code, facts.period_code, facts.basis
)

select division_code, authority_code, period_code, basis, total, parts
from figures
where
    is_complete
    and (parts > total or (holds = 'equal' and parts <> total))
