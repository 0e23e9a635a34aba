-- Health and offending of children looked after for a year.
with children as (
    {{ ssda903_rows_in_force('oc2') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        child_id,
        sdq_score,
        sdq_reason,
        convicted,
        health_check,
        immunisations,
        teeth_check,
        health_assessment,
        substance_misuse,
        intervention_received,
        intervention_offered
    from children
)

select * from final
