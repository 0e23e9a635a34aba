"""Facts in, text out: the feedback page, its findings as CSV, and a sender's index. No database, no files."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ingestion.check.suite import load_suite
from ingestion.feedback import wording
from ingestion.feedback.facts import DecidedSubmission, Finding, Report
from ingestion.outbox import folder_name

FOLDER = Path(__file__).parent
SHOWN_AT_ONCE = 10
# A page with tens of thousands of rows opens nowhere; the CSV beside it has them all.
SHOWN_AT_MOST = 500

BYTE_ORDER_MARK = "\ufeff"
CSV_HEADER = ("severity", "rule", "dimension", "file", "line", "column", "value", "sentence")
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NEGATIVE_NUMBER = re.compile(r"-\d[\d,]*(\.\d+)?")


@dataclass(frozen=True)
class FindingGroup:
    """The findings of one rule."""

    rule_code: str
    severity: str
    dimension: str
    needs_sign_off: bool
    findings: tuple[Finding, ...]

    @property
    def first(self) -> tuple[Finding, ...]:
        """Those shown at once."""
        return self.findings[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> tuple[Finding, ...]:
        """Those shown on request."""
        return self.findings[SHOWN_AT_ONCE:SHOWN_AT_MOST]

    @property
    def left_out(self) -> int:
        """How many stand in the CSV file alone."""
        return max(0, len(self.findings) - SHOWN_AT_MOST)


@dataclass(frozen=True)
class RuleLine:
    """One rule of the list of what was checked."""

    rule_code: str
    dimension: str
    outcome: str
    is_error: bool = False


def render_report(report: Report) -> str:
    """The page of one submission."""
    submission = report.submission
    return (
        environment()
        .get_template("feedback.html.j2")
        .render(
            stamp=stamp(submission),
            submission=submission,
            decided_how=wording.decided_how(submission),
            next_steps=wording.next_steps(submission, _critical_rules(report.findings)),
            files=report.files,
            groups=group_findings(report.findings),
            was_read=_was_read(report),
            rules=rule_lines(report),
        )
    )


def render_findings_csv(findings: Iterable[Finding]) -> str:
    """All findings as CSV that a spreadsheet opens as it stands and runs nothing of."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CSV_HEADER)
    for finding in findings:
        cells = (
            finding.severity, finding.rule_code, finding.dimension, finding.file_name, finding.line_number,
            finding.column_name, finding.value, finding.message,
        )  # fmt: skip
        writer.writerow([neutralise(str(cell)) if cell is not None else "" for cell in cells])
    return BYTE_ORDER_MARK + text.getvalue()


def render_index(sender: str, submissions: Sequence[DecidedSubmission]) -> str:
    """The list of one sender's reports, in the order given."""
    return environment().get_template("index.html.j2").render(sender=sender, submissions=submissions)


def neutralise(cell: str) -> str:
    """A cell that a spreadsheet does not run: what looks like a formula gets a leading apostrophe."""
    if cell.startswith(_RUNS_AS_FORMULA) and not _NEGATIVE_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def group_findings(findings: Iterable[Finding]) -> list[FindingGroup]:
    """One group a rule, in the order the findings come in: critical first."""
    return [
        FindingGroup(code, severity, members[0].dimension, any(m.needs_sign_off for m in members), members)
        for (severity, code), group in groupby(findings, key=lambda finding: (finding.severity, finding.rule_code))
        for members in [tuple(group)]
    ]


def rule_lines(report: Report) -> list[RuleLine]:
    """How each rule went for this submission; other submissions of the same run do not show."""
    if not _was_read(report):
        return []
    suite = load_suite(report.submission.return_code)
    dimensions = {rule.code: rule.dimension for rule in suite.rules} if suite else {}
    lines = []
    for run in report.rule_runs:
        found = sum(finding.rule_code == run.rule_code for finding in report.findings)
        is_error = run.outcome == "error"
        outcome = "could not run" if is_error else wording.counted(found, "finding") if found else "nothing found"
        lines.append(RuleLine(run.rule_code, dimensions.get(run.rule_code, ""), outcome, is_error))
    return lines


def report_folder(submission: DecidedSubmission) -> Path:
    """Where a submission's report stands, seen from its sender's folder."""
    parts = (submission.return_code, submission.period_code, f"v{submission.version}")
    return Path(*(folder_name(part) for part in parts))


def stamp(submission: DecidedSubmission) -> str:
    """What a report was made from: it is up to date as long as this stays the same."""
    purged = ", without rows of children" if submission.children_purged_at else ""
    return f"decision {submission.decision_id}, layout {_layout_digest()}{purged}"


def stamp_element(submission: DecidedSubmission) -> str:
    """The stamp as it stands in the head of the page."""
    return f'<meta name="club-feedback" content="{stamp(submission)}">'


def _critical_rules(findings: Iterable[Finding]) -> set[str]:
    return {finding.rule_code for finding in findings if finding.severity == "critical"}


def _was_read(report: Report) -> bool:
    """Whether the files could be read, so that the return's own rules had something to look at."""
    return not any(finding.rule_code.startswith("intake.") for finding in report.findings)


@cache
def _layout_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in (".py", ".j2", ".css"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def environment() -> Environment:
    """The templates of this folder, with the words and filters that they use."""
    made = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals["say"] = wording
    made.filters["day"] = _day
    made.filters["moment"] = _moment
    made.filters["report_link"] = lambda submission: quote(f"{report_folder(submission)}/feedback.html")
    return made


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%-d %B %Y}"


def _moment(moment: datetime) -> str:
    return f"{_day(moment)}, {moment.astimezone(UTC):%H:%M} UTC"
