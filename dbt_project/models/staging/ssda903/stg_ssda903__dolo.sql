-- Deprivation of liberty orders.
with children as (
    {{ ssda903_rows_in_force('dolo') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        child_id,
        dolo_start,
        dolo_end
    from children
)

select * from final
