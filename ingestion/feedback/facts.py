"""Facts of every feedback report, read from the ledger: the submission, its files, the outcomes of its rules."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.warehouse.states import GOOD_STATES, State


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
        """True if the submission was accepted, with or without warnings."""
        return State(self.state) in GOOD_STATES

    @property
    def version_in_force(self) -> int | None:
        """The version whose figures count after the decision: the newest one ever accepted."""
        own = self.version if self.is_good else None
        return max((version for version in (own, self.other_good_version) if version), default=None)


@dataclass(frozen=True)
class ReportedFile:
    """One file as it was received."""

    file_name: str
    table_name: str | None
    sheet_name: str | None
    size_bytes: int
    sha256: str | None
    row_count: int


@dataclass(frozen=True)
class ReportedOutcome:
    """The outcome of a rule in the check of a submission, and the needs of a rule that was not run."""

    rule_code: str
    outcome: str
    needs: str | None = None


# The column that says that a rule could not be run on a return, and the one with the needs of a rule not run.
COULD_NOT_RUN: LiteralString = "finding.could_not_run"
_NEEDS: LiteralString = "needs"

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
            and other.state not in ('quarantined', 'withdrawn')
    ) as other_good_version,
    counts.critical,
    counts.warnings,
    counts.notes,
    counts.to_sign_off
from ledger.submission
inner join lateral (
    select * from ledger.decision
    where decision.submission_id = submission.submission_id
    order by decision.decision_id desc
    limit 1
) as latest on true
inner join lateral (
    select
        count(*) filter (where severity = 'critical') as critical,
        count(*) filter (where severity = 'warning') as warnings,
        count(*) filter (where severity = 'info') as notes,
        count(*) filter (where needs_sign_off) as to_sign_off
    from ledger.finding
    where finding.submission_id = submission.submission_id
) as counts on true
where %(senders)s::text[] is null or submission.sender = any(%(senders)s)
order by submission.sender, submission.period_code desc, submission.return_code, submission.version desc
"""

_FILES = """
select file_name, table_name, sheet_name, size_bytes, sha256, row_count
from ledger.submission_file
where submission_id = %s
order by file_name, file_id
"""

# The check notes its rules and its submissions in one transaction, so both carry the same time.
_OUTCOMES = sql.SQL("""
select
    rule_code,
    case when %(submission)s = any(not_run_for) then 'not_run' else outcome end as outcome,
    case when %(submission)s = any(not_run_for) then {needs} end as needs
from ledger.rule_result
where return_code = %(return)s and checked_at = %(checked_at)s
order by rule_result_id
""").format(needs=sql.SQL(_NEEDS))

_SENDERS = """
select distinct sender
from ledger.submission
where
    (%(submission_ids)s::bigint[] is null or submission_id = any(%(submission_ids)s))
    and (%(return_codes)s::text[] is null or return_code = any(%(return_codes)s))
"""


def decided_submissions(
    connection: psycopg.Connection, senders: Collection[str] | None = None
) -> list[DecidedSubmission]:
    """Read the decided submissions of these senders, or of all: newest period first, newest version first."""
    chosen = {
        "good": [state.value for state in GOOD_STATES],
        "senders": None if senders is None else list(senders),
    }
    with connection.cursor(row_factory=class_row(DecidedSubmission)) as cursor:
        return cursor.execute(_DECIDED, chosen).fetchall()


def senders_of(
    connection: psycopg.Connection, submission_ids: Collection[int] | None, return_codes: Collection[str] | None
) -> set[str]:
    """Read the senders of these submissions and returns; None stands for all of them."""
    chosen = {
        "submission_ids": None if submission_ids is None else list(submission_ids),
        "return_codes": None if return_codes is None else list(return_codes),
    }
    return {sender for (sender,) in connection.execute(_SENDERS, chosen)}


def received_files(connection: psycopg.Connection, submission_id: int) -> tuple[ReportedFile, ...]:
    """Read the files of one submission, by name; a file with several tables is listed once per table."""
    with connection.cursor(row_factory=class_row(ReportedFile)) as cursor:
        return tuple(cursor.execute(_FILES, [submission_id]).fetchall())


def rule_outcomes(connection: psycopg.Connection, submission: DecidedSubmission) -> tuple[ReportedOutcome, ...]:
    """Read the rule outcomes of the check run that saw this submission, one per version of a rule."""
    checked = {
        "submission": submission.submission_id,
        "return": submission.return_code,
        "checked_at": submission.checked_at,
    }
    with connection.cursor(row_factory=class_row(ReportedOutcome)) as cursor:
        return tuple(cursor.execute(_OUTCOMES, checked).fetchall())
