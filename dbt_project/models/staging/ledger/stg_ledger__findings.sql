-- What the checks found, of every submission.
with final as (
    select
        finding_id,
        submission_id,
        file_id,
        rule_code,
        severity,
        dimension,
        table_name,
        line_number,
        column_number,
        column_name,
        value,
        message
    from {{ source('ledger', 'finding') }}
)

select * from final
