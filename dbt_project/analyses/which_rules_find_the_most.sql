-- Findings of each rule by month, so that one that becomes more frequent is seen.
select
    return_code,
    rule_code,
    severity,
    date_trunc('month', received_on)::date as month,
    sum(submissions) as submissions,
    sum(findings) as findings
from {{ ref('findings_over_time') }}
group by return_code, rule_code, severity, month
order by findings desc, rule_code, month
