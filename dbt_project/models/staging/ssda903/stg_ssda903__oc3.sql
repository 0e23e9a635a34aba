-- Young people who have left care.
with children as (
    {{ ssda903_rows_in_force('oc3') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        child_id,
        in_touch,
        activ,
        accom
    from children
)

select * from final
