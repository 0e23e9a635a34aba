-- Times in which a child was missing or away without leave; never a placement.
with children as (
    {{ ssda903_rows_in_force('missing') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        child_id,
        missing,
        mis_start,
        mis_end
    from children
)

select * from final
