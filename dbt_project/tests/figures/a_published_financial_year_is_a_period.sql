select distinct figures.period_code
from {{ ref('fct_published_figure') }} as figures
left join {{ ref('dim_period') }} as periods on figures.period_code = periods.period_code
where figures.period_type = 'financial_year' and periods.period_code is null
