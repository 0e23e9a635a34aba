-- In people, and in the same amount of one: days do not add up with children.
with members as (
    select
        members.division_code,
        members.role,
        measures.is_about_people,
        measures.amount_of_one
    from {{ ref('disclosure_members') }} as members
    inner join {{ ref('int_disclosure__measures') }} as measures
        on members.measure_code = measures.measure_code
)

select division_code
from members
where role <> 'companion'
group by division_code
having
    not bool_and(is_about_people)
    or count(distinct amount_of_one) > 1
    or not bool_or(role in ('part', 'cover'))
