-- Earlier permanence arrangements that came to an end.
with children as (
    {{ ssda903_rows_in_force('prev_perm') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        child_id,
        prev_perm,
        la_perm,
        date_perm_text
    from children
)

select * from final
