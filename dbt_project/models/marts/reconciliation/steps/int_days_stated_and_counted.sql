{{ config(materialized='ephemeral') }}
-- Days of care as the form states them and as the episodes give them, for the years of which anybody has
-- sent both returns.
with final as (
    select
        coalesce(stated.authority_code, counted.authority_code) as authority_code,
        coalesce(stated.period_code, counted.period_code) as period_code,
        coalesce(stated.measure_code, counted.measure_code) as measure_code,
        stated.value as stated_days,
        counted.value as counted_days,
        stated.submission_id as stated_submission_id,
        counted.submission_id as counted_submission_id,
        stated.missing_reason
    from {{ ref('int_days_stated') }} as stated
    full outer join {{ ref('int_days_counted') }} as counted
        on
            stated.authority_code = counted.authority_code
            and stated.period_code = counted.period_code
            and stated.measure_code = counted.measure_code
    where coalesce(stated.period_code, counted.period_code) in (
        select counted_years.period_code from {{ ref('int_days_counted') }} as counted_years
    )
)

select * from final
