-- Every count of people that is shown is a multiple of what is rounded to, and none that is small is shown.
select
    shown.place_code,
    shown.period_code,
    shown.measure_code,
    shown.basis
from {{ ref('measure') }} as shown
inner join {{ ref('int_disclosure__measures') }} as measures on shown.measure_code = measures.measure_code
left join {{ ref('fct_measure') }} as facts
    on
        shown.geography = 'local_authority'
        and shown.place_code = facts.authority_code
        and shown.period_code = facts.period_code
        and shown.measure_code = facts.measure_code
        and shown.basis = facts.basis
where
    shown.value is not null
    and shown.basis <> 'published'
    and measures.is_about_people
    and {{ changed_years_by_basis('shown.period_code', 'shown.basis') }}
    and (
        shown.value::numeric % {{ var('disclosure_rounding') | int }} <> 0
        or {{ is_small('facts.value / measures.amount_of_one') }}
    )
