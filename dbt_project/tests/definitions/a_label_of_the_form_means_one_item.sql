-- One label at one turn is one item, and an item stands on the form of a year once.
select period_code, label, occurrence, 'label' as repeated
from {{ ref('pss_ex1_items') }}
group by period_code, label, occurrence
having count(*) > 1
union all
select period_code, item_code, null as occurrence, 'item' as repeated
from {{ ref('pss_ex1_items') }}
group by period_code, item_code
having count(*) > 1
