-- The last state of a figure is the one in the mart of today. An indicator without any return has no state.
with figures as (
    select authority_code, period_code, 'measure' as kind, measure_code as code, basis, value, missing_reason
    from {{ ref('fct_measure') }}
    union all
    select
        authority_code, period_code, 'indicator' as kind, indicator_code as code, basis, value, missing_reason
    from {{ ref('fct_indicator') }}
    where submission_ids is not null
),

last_states as (
    select authority_code, period_code, 'measure' as kind, measure_code as code, basis, value, missing_reason
    from {{ ref('fct_measure_history') }}
    where recorded_to is null
    union all
    select
        authority_code, period_code, 'indicator' as kind, indicator_code as code, basis, value, missing_reason
    from {{ ref('fct_indicator_history') }}
    where recorded_to is null
),

counted as (
    select *, 1 as shown, 0 as kept from figures
    where {{ changed_figures() }}
    union all
    select *, 0 as shown, 1 as kept from last_states
    where {{ changed_figures() }}
)

select authority_code, period_code, kind, code, basis, value, missing_reason
from counted
group by authority_code, period_code, kind, code, basis, value, missing_reason
having sum(shown) <> 1 or sum(kept) <> 1
