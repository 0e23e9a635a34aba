-- Which social worker was responsible when.
with children as (
    {{ ssda903_rows_in_force('sw_episodes') }}
),

final as (
    select
        submission_id,
        file_id,
        line_number,
        authority_code,
        period_code,
        child_id,
        social_worker_id,
        sw_decom,
        sw_dec,
        sw_reason
    from children
)

select * from final
