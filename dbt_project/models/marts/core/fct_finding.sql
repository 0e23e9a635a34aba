-- What the checks found, of every submission. PSS EX1 and published figures are totals of an authority, so
-- the value that was found may be shown here; a return about persons would leave it out.
with final as (
    select
        findings.finding_id,
        findings.submission_id,
        findings.rule_code,
        findings.severity,
        findings.dimension,
        findings.table_name,
        files.file_name,
        findings.line_number,
        findings.column_name,
        findings.value,
        findings.message
    from {{ source('ledger', 'finding') }} as findings
    left join {{ source('ledger', 'submission_file') }} as files on findings.file_id = files.file_id
)

select * from final
