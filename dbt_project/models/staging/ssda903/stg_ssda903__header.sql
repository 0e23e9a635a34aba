-- The children of a return.
with children as (
    {{ ssda903_rows_in_force('header') }}
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
        birth_month,
        ethnic,
        mother,
        mc_birth_month,
        is_uasc
    from children
)

select * from final
