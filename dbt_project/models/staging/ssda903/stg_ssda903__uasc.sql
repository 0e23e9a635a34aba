-- The unaccompanied children who seek asylum.
with children as (
    {{ ssda903_rows_in_force('uasc') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        child_id,
        sex,
        duc,
        is_uasc
    from children
)

select * from final
