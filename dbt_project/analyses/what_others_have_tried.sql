-- What members have tried about an indicator, whether it worked, and how well that is known.
-- dbt compile --select what_others_have_tried --vars '{indicator: A1}'
select
    practices.authority_name,
    practices.title,
    practices.evidence_level_title,
    practices.verdict,
    practices.cost_pounds,
    practices.went_wrong,
    practices.contact_role
from {{ ref('practice_indicator') }} as about
inner join {{ ref('good_practice') }} as practices on about.practice_code = practices.practice_code
where about.indicator_code = '{{ var("indicator", "A1") }}'
order by practices.evidence_level desc, practices.authority_name, practices.title
