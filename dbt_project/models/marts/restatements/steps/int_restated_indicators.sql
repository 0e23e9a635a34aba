{{ config(materialized='ephemeral') }}
-- Indicators that came to be stated otherwise. One that could not be worked out before because a return was
-- still to come has not moved.
with final as (
    select
        newer.indicator_code,
        newer.definition_version,
        newer.authority_code,
        newer.period_code,
        newer.basis,
        newer.recorded_from as restated_at,
        older.value as old_value,
        older.missing_reason as old_missing_reason,
        older.submission_ids as old_submission_ids,
        newer.value as new_value,
        newer.missing_reason as new_missing_reason,
        newer.submission_ids as new_submission_ids
    from {{ ref('fct_indicator_history') }} as older
    inner join {{ ref('fct_indicator_history') }} as newer
        on
            older.authority_code = newer.authority_code
            and older.period_code = newer.period_code
            and older.indicator_code = newer.indicator_code
            and older.basis = newer.basis
            and older.recorded_to = newer.recorded_from
    where
        older.has_all_returns
        and older.value is distinct from newer.value
        and {{ changed_figures('older.authority_code', 'older.period_code', 'older.basis') }}
)

select * from final
