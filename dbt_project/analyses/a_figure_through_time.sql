-- What an indicator was at each time, and the version of the return it came from: one row per state.
-- dbt compile --select a_figure_through_time --vars '{period: 2007-08, indicator: B8}'
select
    authorities.name,
    history.period_code,
    history.indicator_code,
    history.recorded_from,
    history.recorded_to,
    history.value,
    history.missing_reason,
    submissions.return_code,
    submissions.version
from {{ ref('fct_indicator_history') }} as history
inner join {{ ref('dim_authority') }} as authorities on history.authority_code = authorities.authority_code
inner join {{ ref('dim_submission') }} as submissions
    on submissions.submission_id = any(history.submission_ids)
where
    history.period_code = '{{ var("period", "2007-08") }}'
    and history.indicator_code = '{{ var("indicator", "B8") }}'
    and history.basis = 'submitted'
order by authorities.name, history.recorded_from
