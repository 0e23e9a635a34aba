-- A part whose division nobody has named would tell the hidden ones beside it. Every count of people that
-- the club collects is named as a part or total of something, or of nothing else, or stays inside.
select measures.measure_code
from {{ ref('int_disclosure__measures') }} as measures
where
    measures.disclosure = 'people'
    and (
        measures.measure_code in (select measure_code from {{ ref('pss_ex1_measures') }})
        or measures.measure_code in (select measure_code from {{ ref('ssda903_measures') }})
    )
    and measures.measure_code not in (select measure_code from {{ ref('disclosure_members') }})
