-- Otherwise every return of that year would show the measure as missing.
with periods as (
    select distinct period_code from {{ ref('pss_ex1_lines') }}
),

parts as (
    select
        periods.period_code, measures.measure_code, measures.table_name, measures.item_code,
        measures.amount_code
    from {{ ref('pss_ex1_measures') }} as measures
    inner join periods on periods.period_code between measures.from_period and measures.to_period
),

cells as (
    select period_code, 'activity' as table_name, item_code, null as amount_code
    from {{ ref('pss_ex1_items') }}
    union all
    select lines.period_code, 'spend' as table_name, lines.service_code, columns.amount_code
    from {{ ref('pss_ex1_lines') }} as lines
    inner join {{ ref('pss_ex1_columns') }} as columns on lines.period_code = columns.period_code
)

select parts.*
from parts
left join cells
    on
        parts.period_code = cells.period_code
        and parts.table_name = cells.table_name
        and parts.item_code = cells.item_code
        and parts.amount_code is not distinct from cells.amount_code
where cells.period_code is null
