-- Authority x period x measure, those that stand in a return and those that are worked out from them: what is
-- known now, and what was known before, each from when to when.
with stated as (
    select * from {{ ref('int_stated_measures') }}
),

worked_out as (
    select * from {{ ref('int_pss_ex1__children_in_need') }}
),

final as (
    select
        authority_code, period_code, measure_code, basis, submission_id, recorded_at, recorded_from,
        recorded_to, value, missing_reason, note
    from stated
    union all
    select
        authority_code, period_code, measure_code, basis, submission_id, recorded_at, recorded_from,
        recorded_to, value, missing_reason, note
    from worked_out
)

select * from final
