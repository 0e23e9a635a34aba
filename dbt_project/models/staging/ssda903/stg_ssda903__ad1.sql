-- The adopted children and their adopters.
with children as (
    {{ ssda903_rows_in_force('ad1') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        child_id,
        date_int,
        date_match,
        foster_care,
        nb_adoptr,
        sex_adoptr,
        ls_adoptr
    from children
)

select * from final
