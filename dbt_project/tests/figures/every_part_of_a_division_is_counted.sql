-- The children at 31 March are as many by age, by need, by placement and by distance, and those of them with
-- three or more placements by age and by placement; so none is lost or doubled.
select authority_code, period_code, recorded_from, reading_code, division, sum(quantity) as in_parts
from {{ ref('int_cla__counts') }} as counts
where
    division in (
        'age', 'need', 'placement_type', 'distance', 'half_a_year',
        'three_or_more_by_age', 'three_or_more_by_placement'
    )
    and {{ changed_returns('ssda903', 'authority_code', 'period_code') }}
group by authority_code, period_code, recorded_from, reading_code, division
having
    sum(quantity) <> (
        select whole.quantity
        from {{ ref('int_cla__counts') }} as whole
        where
            whole.authority_code = counts.authority_code
            and whole.period_code = counts.period_code
            and whole.recorded_from = counts.recorded_from
            and whole.reading_code = counts.reading_code
            and whole.division
            = case when counts.division like 'three_or_more_%' then 'three_or_more' else 'at_31_march' end
    )
