-- The files of every submission.
with final as (
    select
        file_id,
        submission_id,
        file_name,
        row_count
    from {{ source('ledger', 'submission_file') }}
)

select * from final
