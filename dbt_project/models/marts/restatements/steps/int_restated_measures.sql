{{ config(materialized='ephemeral') }}
-- Measures of returns that came to be stated otherwise.
with final as (
    select
        newer.measure_code,
        newer.authority_code,
        newer.period_code,
        newer.basis,
        newer.recorded_from as restated_at,
        older.value as old_value,
        older.missing_reason as old_missing_reason,
        older.submission_id as old_submission_id,
        newer.value as new_value,
        newer.missing_reason as new_missing_reason,
        newer.submission_id as new_submission_id
    from {{ ref('fct_measure_history') }} as older
    inner join {{ ref('fct_measure_history') }} as newer
        on
            older.authority_code = newer.authority_code
            and older.period_code = newer.period_code
            and older.measure_code = newer.measure_code
            and older.basis = newer.basis
            and older.recorded_to = newer.recorded_from
    where
        older.basis <> 'published'
        and older.value is distinct from newer.value
        and {{ changed_figures('older.authority_code', 'older.period_code', 'older.basis') }}
)

select * from final
