"""What a feedback report tells, read from the ledger. Only the sender's own rows are ever asked for."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from ingestion.warehouse.ledger import GOOD_STATES, Severity, State


@dataclass(frozen=True)
class DecidedSubmission:
    """A submission and its latest decision; `other_good_version` is as of that decision."""

    submission_id: int
    sender: str
    return_code: str
    period_code: str
    version: int
    received_at: datetime
    checked_at: datetime | None
    is_in_force: bool
    decision_id: int
    state: str
    decided_at: datetime
    decided_by: str
    reason: str
    other_good_version: int | None
    critical: int
    warnings: int
    notes: int
    to_sign_off: int
    collection: str | None = None
    children_purged_at: datetime | None = None

    @property
    def is_good(self) -> bool:
        """Whether it was accepted, with warnings or without."""
        return State(self.state) in GOOD_STATES

    @property
    def version_in_force(self) -> int | None:
        """The version whose figures count after the decision: the newest one that was ever accepted."""
        own = self.version if self.is_good else None
        return max((version for version in (own, self.other_good_version) if version), default=None)


@dataclass(frozen=True)
class ReceivedFile:
    """One file as it was received."""

    file_name: str
    table_name: str | None
    sheet_name: str | None
    size_bytes: int
    sha256: str | None
    row_count: int


@dataclass(frozen=True)
class Finding:
    """One failing row or cell."""

    rule_code: str
    severity: str
    dimension: str
    needs_sign_off: bool
    file_name: str | None
    line_number: int | None
    column_name: str | None
    value: str | None
    message: str


@dataclass(frozen=True)
class RuleRun:
    """A rule that was run over this submission; it 'error'ed when it could not run at all."""

    rule_code: str
    outcome: str


@dataclass(frozen=True)
class Report:
    """Everything one feedback report tells."""

    submission: DecidedSubmission
    files: tuple[ReceivedFile, ...]
    findings: tuple[Finding, ...]
    rule_runs: tuple[RuleRun, ...]


_DECIDED = """
select
    submission.submission_id,
    submission.sender,
    submission.return_code,
    submission.period_code,
    submission.version,
    submission.received_at,
    submission.checked_at,
    submission.is_in_force,
    submission.collection,
    submission.children_purged_at,
    latest.decision_id,
    latest.to_state as state,
    latest.decided_at,
    latest.decided_by,
    latest.reason,
    (
        select max(other.version)
        from ledger.submission as other
        inner join ledger.decision as earlier on other.submission_id = earlier.submission_id
        where
            (other.sender, other.return_code, other.period_code)
                = (submission.sender, submission.return_code, submission.period_code)
            and other.submission_id <> submission.submission_id
            and earlier.decision_id < latest.decision_id
            and earlier.to_state = any(%(good)s)
    ) as other_good_version,
    coalesce(counts.critical, 0) as critical,
    coalesce(counts.warnings, 0) as warnings,
    coalesce(counts.notes, 0) as notes,
    coalesce(counts.to_sign_off, 0) as to_sign_off
from ledger.submission
inner join lateral (
    select * from ledger.decision
    where decision.submission_id = submission.submission_id
    order by decision.decision_id desc
    limit 1
) as latest on true
left join (
    select
        submission_id,
        count(*) filter (where severity = 'critical') as critical,
        count(*) filter (where severity = 'warning') as warnings,
        count(*) filter (where severity = 'info') as notes,
        count(*) filter (where needs_sign_off) as to_sign_off
    from ledger.finding
    group by submission_id
) as counts on submission.submission_id = counts.submission_id
order by submission.sender, submission.period_code desc, submission.return_code, submission.version desc
"""

_FILES = """
select file_name, table_name, sheet_name, size_bytes, sha256, row_count
from ledger.submission_file
where submission_id = %s
order by file_name, file_id
"""

_FINDINGS = """
select
    finding.rule_code, finding.severity, finding.dimension, finding.needs_sign_off, files.file_name,
    finding.line_number, finding.column_name, finding.value, finding.message
from ledger.finding
left join ledger.submission_file as files on finding.file_id = files.file_id
where finding.submission_id = %s
order by
    array_position(%s::text[], finding.severity), finding.rule_code, files.file_name nulls first,
    finding.line_number nulls first, finding.column_number nulls first, finding.finding_id
"""

# The check notes its rules and its submissions in one transaction, so both carry the same moment.
_RULE_RUNS = """
select rule_code, outcome
from ledger.rule_result
where return_code = %s and checked_at = %s
order by rule_result_id
"""


def decided_submissions(connection: psycopg.Connection) -> list[DecidedSubmission]:
    """Every decided submission: by sender, newest period first, newest version first."""
    with connection.cursor(row_factory=class_row(DecidedSubmission)) as cursor:
        return cursor.execute(_DECIDED, {"good": [state.value for state in GOOD_STATES]}).fetchall()


def read_report(connection: psycopg.Connection, submission: DecidedSubmission) -> Report:
    """All that is told about one submission."""
    number = submission.submission_id
    files = received_files(connection, number)
    with connection.cursor(row_factory=class_row(Finding)) as cursor:
        findings = cursor.execute(_FINDINGS, [number, [severity.value for severity in Severity]]).fetchall()
    with connection.cursor(row_factory=class_row(RuleRun)) as cursor:
        runs = cursor.execute(_RULE_RUNS, [submission.return_code, submission.checked_at]).fetchall()
    return Report(submission, files, tuple(findings), tuple(runs))


def received_files(connection: psycopg.Connection, submission_id: int) -> tuple[ReceivedFile, ...]:
    """The files of one submission, by name; a file with several tables stands there once for each."""
    with connection.cursor(row_factory=class_row(ReceivedFile)) as cursor:
        return tuple(cursor.execute(_FILES, [submission_id]).fetchall())
