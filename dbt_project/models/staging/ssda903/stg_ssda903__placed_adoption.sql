-- Decisions that a child should be placed for adoption.
with children as (
    {{ ssda903_rows_in_force('placed_adoption') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        child_id,
        date_placed,
        date_placed_ceased,
        reason_placed_ceased
    from children
)

select * from final
