-- Authority x period x measure: those that are known now.
with final as (
    select
        authority_code,
        period_code,
        measure_code,
        basis,
        submission_id,
        recorded_at,
        value,
        missing_reason,
        note
    from {{ ref('int_measure_versions') }}
    where recorded_to is null
)

select * from final
