"""Findings of a return that is a form or a table of figures: all of them are in the ledger, with their values."""

from psycopg import sql

from ingestion.feedback.findings import SEVERITIES, FindingSource, rules_of

# In the order in which the rules are numbered: by severity and code.
_FINDINGS = """
select
    dense_rank() over (
        order by array_position({severities}::text[], finding.severity), finding.rule_code
    )::int as rule_number,
    row_number() over (
        partition by finding.severity, finding.rule_code
        order by
            files.file_name nulls first, finding.line_number nulls first, finding.column_number nulls first,
            finding.finding_id
    ) as place_in_rule,
    finding.finding_id,
    finding.cause_number,
    finding.rule_code,
    finding.severity,
    finding.dimension,
    files.file_name,
    finding.line_number,
    finding.heading,
    finding.column_name,
    finding.table_name,
    null::text as person,
    finding.value,
    finding.message
from ledger.finding
left join ledger.submission_file as files on finding.file_id = files.file_id
where finding.submission_id = {submission}
order by rule_number, place_in_rule
"""


def form_source(submission_id: int) -> FindingSource:
    """Compose the queries of one submission's findings, which read the ledger."""
    return FindingSource(
        rules=rules_of(submission_id, order="finding.rule_code"),
        findings=sql.SQL(_FINDINGS).format(severities=SEVERITIES, submission=sql.Literal(submission_id)),
        csv_columns={
            "severity": "severity", "rule": "rule_code", "dimension": "dimension", "file": "file_name",
            "line": "line_number", "column": "column_name", "value": "value", "sentence": "message",
            "cause": "cause_number", "number": "finding_id",
        },
    )  # fmt: skip
