-- What may be shown outside beside what we know, and why something is kept back.
-- dbt compile --select what_stays_in_the_club --vars '{authority: dudley}'
select
    shown.period_code,
    shown.title,
    shown.basis,
    facts.value as known_here,
    shown.value as shown_outside,
    shown.not_shown
from {{ ref('indicator') }} as shown
inner join {{ ref('fct_indicator') }} as facts
    on
        shown.authority_code = facts.authority_code
        and shown.period_code = facts.period_code
        and shown.indicator_code = facts.indicator_code
        and shown.basis = facts.basis
where shown.authority_code = '{{ var("authority", "dudley") }}'
order by shown.not_shown nulls last, shown.period_code desc, shown.title, shown.basis
