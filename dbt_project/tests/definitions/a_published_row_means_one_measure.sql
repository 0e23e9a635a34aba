select cla_group as words, placement_stability as more_words
from {{ ref('placement_stability_measures') }}
group by cla_group, placement_stability
having count(*) > 1
union all
select short_desc as words, year_kind as more_words
from {{ ref('lait_measures') }}
group by short_desc, year_kind
having count(*) > 1
