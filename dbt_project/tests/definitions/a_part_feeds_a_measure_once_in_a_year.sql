with parts as (
    select
        *,
        row_number() over (order by measure_code, item_code, amount_code, from_period) as part
    from {{ ref('pss_ex1_measures') }}
)

select
    earlier.measure_code,
    earlier.item_code,
    earlier.amount_code,
    earlier.to_period,
    later.from_period as again_from
from parts as earlier
inner join parts as later
    on
        earlier.measure_code = later.measure_code
        and earlier.table_name = later.table_name
        and earlier.item_code = later.item_code
        and earlier.amount_code is not distinct from later.amount_code
        and earlier.from_period <= later.to_period
        and earlier.to_period >= later.from_period
        and earlier.part < later.part
