{{ config(materialized='view') }}
-- How many findings each rule had by the day on which the submissions came, whatever became of them.
with final as (
    select
        submissions.return_code,
        findings.rule_code,
        findings.severity,
        {{ day_in_england('submissions.received_at') }} as received_on,
        count(distinct findings.submission_id) as submissions,
        count(*) as findings
    from {{ ref('stg_ledger__findings') }} as findings
    inner join {{ ref('stg_ledger__submissions_now') }} as submissions
        on findings.submission_id = submissions.submission_id
    group by submissions.return_code, findings.rule_code, findings.severity, received_on
)

select * from final
