"""The outcome of an authority's own check: what was read and found, what comes first, by when to send."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from ingestion.feedback.causes import ReportedCause, reported_causes
from ingestion.feedback.due import by_when, due_day
from ingestion.feedback.facts import DecidedSubmission, ReportedOutcome, rule_outcomes
from ingestion.feedback.wording import landing_folder
from ingestion.operation.own_return import OWN
from ingestion.warehouse.states import Severity

# Findings that describe a return and ask for no action.
NOTES = frozenset(
    f"structure.{name}" for name in ("table_missing", "no_rows", "extra_columns", "table_of_other_year")
)


@dataclass(frozen=True)
class FindingLine:
    """The findings of one rule with the same sentence, and their number."""

    rule_code: str
    severity: str
    message: str
    count: int


@dataclass(frozen=True)
class SelfCheck:
    """The outcome: the findings, and the state that the return would get."""

    state: str
    period_code: str
    period_reason: str
    lines: tuple[FindingLine, ...]
    passed: int
    files: int
    rows: int
    by_when: str
    not_run: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page: Path | None = None
    causes: tuple[ReportedCause, ...] = ()

    @property
    def by_severity(self) -> dict[str, int]:
        """The number of findings of each severity, the worst first."""
        counts = Counter[str]()
        for line in self.lines:
            counts[line.severity] += line.count
        return {severity.value: counts[severity.value] for severity in Severity}

    @property
    def by_rule(self) -> list[FindingLine]:
        """What to put right, a line for each rule with one of its sentences: the worst first, then the most."""
        counts = Counter[tuple[str, str]]()
        sentences: dict[tuple[str, str], str] = {}
        for line in self.lines:
            if line.rule_code not in NOTES:
                key = line.rule_code, line.severity
                counts[key] += line.count
                sentences.setdefault(key, line.message)
        order = [severity.value for severity in Severity]
        return sorted(
            (FindingLine(*key, message, counts[key]) for key, message in sentences.items()),
            key=lambda line: (order.index(line.severity), -line.count),
        )

    @property
    def is_unreadable(self) -> bool:
        """True if a file could not be read at all."""
        return any(line.rule_code.startswith("intake.") for line in self.lines)

    @property
    def is_clean(self) -> bool:
        """True if nothing needs attention: notes that only describe the return ask for no action."""
        return all(line.rule_code in NOTES for line in self.lines)


_LINES = """
select rule_code, severity, message, count(*)
from ledger.finding
where submission_id = %s
group by rule_code, severity, message
order by array_position(%s::text[], severity), count(*) desc, rule_code, min(finding_id)
"""

_READ = """
select count(distinct file_name), coalesce(sum(row_count), 0)
from ledger.submission_file
where submission_id = %s
"""


def read_outcome(
    connection: psycopg.Connection, submission: DecidedSubmission, period_reason: str, page: Path | None
) -> SelfCheck:
    """Read what came of a check from its database."""
    number = submission.submission_id
    rows = connection.execute(_LINES, [number, [severity.value for severity in Severity]]).fetchall()
    outcomes = rule_outcomes(connection, submission)
    lines = tuple(FindingLine(*row) for row in rows)
    found = {line.rule_code for line in lines}
    passed = {each.rule_code for each in outcomes if each.outcome in ("passed", "failed")} - found
    ((files, rows_read),) = connection.execute(_READ, [number]).fetchall()
    return SelfCheck(
        submission.state, submission.period_code, period_reason, lines, len(passed), files, int(rows_read),
        _by_when(connection, submission),
        _not_run(outcomes), page, reported_causes(connection, submission),
    )  # fmt: skip


def _by_when(connection: psycopg.Connection, submission: DecidedSubmission) -> str:
    """Say by when to send and where to, without the authority where it was not given."""
    due = due_day(connection, submission.return_code, submission.period_code)
    return by_when(due, landing_folder(submission).replace(f"{OWN}/", "…/", 1), datetime.now(UTC).date())


def _not_run(outcomes: tuple[ReportedOutcome, ...]) -> dict[str, tuple[str, ...]]:
    """Return the rules that were not run, by their needs."""
    waiting: dict[str, tuple[str, ...]] = {}
    for each in outcomes:
        if each.outcome == "not_run":
            waiting[each.needs or ""] = (*waiting.get(each.needs or "", ()), each.rule_code)
    return waiting
