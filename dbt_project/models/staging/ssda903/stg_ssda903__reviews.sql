-- The reviews of each child's case.
with children as (
    {{ ssda903_rows_in_force('reviews') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        child_id,
        review,
        review_code
    from children
)

select * from final
