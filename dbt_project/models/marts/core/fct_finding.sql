-- What the checks found, of every submission. PSS EX1 and published figures are totals of an authority, so
-- the value that was found may be shown here. Of a person-level return the place is shown and never the
-- value.
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
        case
            when {{ is_one_of('submissions.return_code', person_level_returns()) }} then null
            else findings.value
        end as value,
        findings.message
    from {{ ref('stg_ledger__findings') }} as findings
    inner join {{ ref('stg_ledger__submissions') }} as submissions
        on findings.submission_id = submissions.submission_id
    left join {{ ref('stg_ledger__submission_files') }} as files on findings.file_id = files.file_id
)

select * from final
