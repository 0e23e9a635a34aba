-- And a measure comes from one dataset: two numbers for one thing would need a reason.
select return_code as what, dimension_key as which, count(*) as times
from {{ ref('base_published__series') }}
group by return_code, table_name, dimension_key, value_column, coalesce(qualifier, '')
having count(*) > 1
union all
select 'measure' as what, measure_code as which, count(distinct return_code) as times
from {{ ref('base_published__series') }}
group by measure_code
having count(distinct return_code) > 1
