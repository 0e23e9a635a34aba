-- Each ends when the next begins, at the latest; and none that is over stands.
with states as (
    select authority_code, period_code, measure_code as code, basis, recorded_from, recorded_to
    from {{ ref('fct_measure_history') }}
    where {{ changed_figures() }}
    union all
    select authority_code, period_code, indicator_code as code, basis, recorded_from, recorded_to
    from {{ ref('fct_indicator_history') }}
    where {{ changed_figures() }}
),

beside as (
    select
        *,
        lead(recorded_from) over (
            partition by authority_code, period_code, code, basis order by recorded_from
        ) as next_from
    from states
)

select *
from beside
where recorded_to <= recorded_from or next_from < coalesce(recorded_to, 'infinity')
