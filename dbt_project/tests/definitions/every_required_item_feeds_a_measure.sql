select items.period_code, items.item_code
from {{ ref('pss_ex1_items') }} as items
left join {{ ref('pss_ex1_measures') }} as measures
    on
        measures.table_name = 'activity'
        and items.item_code = measures.item_code
        and items.period_code between measures.from_period and measures.to_period
where items.is_required and measures.measure_code is null
