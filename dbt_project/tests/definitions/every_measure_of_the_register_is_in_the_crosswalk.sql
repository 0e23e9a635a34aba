-- A measure of a long table has no entry of its own in the layout: the first word of its code tells which.
with crosswalk as (
    select 'pss_ex1' as source_return, measure_code from {{ ref('pss_ex1_measures') }}
    union
    select 'ssda903' as source_return, measure_code from {{ ref('ssda903_measures') }}
    union
    select return_code as source_return, measure_code from {{ ref('return_measures') }}
    union
    select return_code as source_return, measure_code from {{ ref('base_published__series') }}
    union
    select return_code as source_return, measure_code from {{ ref('base_published__sheet_figures') }}
),

long_tables as (
    select return_code, layout #>> '{figures,each_series,prefix}' as prefix
    from {{ source('raw', 'published_layouts') }}
)

select measures.measure_code, measures.source_return
from {{ ref('register_measures') }} as measures
left join crosswalk
    on measures.measure_code = crosswalk.measure_code and measures.source_return = crosswalk.source_return
left join long_tables
    on
        measures.source_return = long_tables.return_code
        and starts_with(measures.measure_code, long_tables.prefix || '_')
where
    crosswalk.measure_code is null
    and long_tables.prefix is null
    and measures.worked_out_from is null
