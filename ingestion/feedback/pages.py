"""Pages of feedback reports: facts in, text out. No database, no files."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment

from ingestion.authorities import find_authority
from ingestion.feedback import causes, table_rows, wording
from ingestion.feedback.by_file import ROWS_SHOWN
from ingestion.feedback.causes import ReportedCause
from ingestion.feedback.content import FindingGroup, Report, rule_lines
from ingestion.feedback.context import RowsOfPerson, marked_cells, with_marks
from ingestion.feedback.due import by_when
from ingestion.feedback.facts import DecidedSubmission
from ingestion.feedback.findings import ReportedFinding, ReportedRule
from ingestion.feedback.findings_workbook import AT_MOST, WORKBOOK
from ingestion.feedback.freshness import stamp
from ingestion.feedback.history import FEWEST
from ingestion.feedback.person_findings import PersonFinding, ReportedPerson
from ingestion.feedback.table_rows import BY_FILE
from ingestion.outbox import folder_name
from ingestion.outbox.pages import page_templates, text_templates
from ingestion.warehouse.states import State

PERSONS_PAGE = "children.html"
RECEIPT = "receipt.txt"


def render_form(report: Report, findings: Mapping[int, Sequence[ReportedFinding]]) -> str:
    """Render the one page of a form; `findings` are the first ones of each rule, by its number."""
    groups = [FindingGroup(rule, findings.get(rule.rule_number, ())) for rule in report.rules]
    return _render_first("form_report.html.j2", report, groups=groups, rule_lines=rule_lines(report))


def render_persons_report(report: Report) -> str:
    """Render the first page of a return of persons: its findings by rule, with links to their pages."""
    return _render_first("person_report.html.j2", report)


def render_rule(report: Report, rule: ReportedRule, findings: Sequence[ReportedFinding]) -> str:
    """Render the page of one rule with its first findings."""
    facts = {"of_suite": report.suite.get(rule.rule_code), "values": report.values.get(rule.rule_number, ())}
    return _render("one_rule.html.j2", report, rule=rule, findings=findings, **facts)


def render_cause(report: Report, cause: ReportedCause, findings: Sequence[ReportedFinding]) -> str:
    """Render the page of one cause with the first findings that go with it."""
    return _render("one_cause.html.j2", report, cause=cause, findings=findings)


def render_receipt(report: Report) -> str:
    """Render the receipt as plain text: when which version was received, and what was read of it."""
    return _text_environment().get_template("receipt.txt.j2").render(report=report, submission=report.submission)


def render_persons(report: Report) -> str:
    """Render the list of the persons with the most findings."""
    return _render("persons.html.j2", report)


def render_by_file(report: Report) -> str:
    """Render the list of findings file by file, with the rows of a form."""
    return _render("by_file.html.j2", report)


def render_person(
    report: Report, person: ReportedPerson, findings: Sequence[PersonFinding], rows: Sequence[RowsOfPerson] = ()
) -> str:
    """Render the page of one person with the first findings, and the rows in which they were found."""
    marks = marked_cells(findings)
    facts = {"tables": with_marks(rows, marks), "marks": marks}
    return _render("one_person.html.j2", report, person=person, findings=findings, **facts)


def render_index(sender: str, submissions: Sequence[DecidedSubmission]) -> str:
    """Render the list of one sender's reports, in the order of the submissions."""
    return _environment().get_template("index.html.j2").render(sender=sender, submissions=submissions)


def rule_page(rule_code: str) -> str:
    """Return the path of a rule's page, relative to the first page."""
    return f"rules/{folder_name(rule_code)}.html"


def cause_page(cause_number: int) -> str:
    """Return the path of a cause's page, relative to the first page."""
    return f"causes/{cause_number}.html"


def person_page(person_number: int) -> str:
    """Return the path of a person's page, relative to the first page; the name does not identify the person."""
    return f"children/{person_number:03}.html"


def report_folder(submission: DecidedSubmission) -> Path:
    """Return the folder of a submission's report, relative to its sender's folder."""
    parts = (submission.return_code, submission.period_code, f"v{submission.version}")
    return Path(*(folder_name(part) for part in parts))


def _render_first(template: str, report: Report, **facts: object) -> str:
    submission = report.submission
    return _render(
        template,
        report,
        stamp=stamp(submission, report.state),
        headline=wording.self_check_headline(submission)
        if report.self_check_note
        else wording.headline(submission),
        next_steps=wording.next_steps(submission, report.critical_rules),
        decided_how=wording.decided_how(submission),
        **facts,
    )


def _render(template: str, report: Report, **facts: object) -> str:
    submission = report.submission
    return (
        _environment()
        .get_template(template)
        .render(report=report, submission=submission, by_when=_by_when(report), **facts)
    )


def _by_when(report: Report) -> str | None:
    """Say by when to send the next version, where there is something to put right in a member's own return."""
    submission = report.submission
    is_own = find_authority(submission.sender) is not None and not submission.collection
    is_to_be_sent = submission.critical or submission.warnings or submission.state == State.REJECTED
    if report.self_check_note or not is_own or not is_to_be_sent:
        return None
    return by_when(report.due, wording.landing_folder(submission), submission.decided_at.date())


@cache
def _environment() -> Environment:
    environment = page_templates(
        Path(__file__).parent,
        day=table_rows.day,
        moment=_moment,
        report_link=lambda submission: quote(f"{report_folder(submission)}/feedback.html"),
    )
    environment.globals |= {
        "say": wording, "rows": table_rows, "causes": causes, "by_file_page": BY_FILE, "rows_shown": ROWS_SHOWN,
        "rule_page": rule_page, "rule_link": lambda rule_code: quote(rule_page(rule_code)),
        "cause_page": cause_page,
        "person_page": person_page, "persons_page": PERSONS_PAGE, "receipt": RECEIPT,
        "workbook": WORKBOOK, "workbook_holds": AT_MOST,
        "fewest_others": FEWEST,
    }  # fmt: skip
    return environment


@cache
def _text_environment() -> Environment:
    environment = text_templates(Path(__file__).parent, moment=_moment)
    environment.globals |= {"say": wording}
    return environment


def _moment(moment: datetime) -> str:
    return f"{table_rows.day(moment)}, {moment.astimezone(UTC):%H:%M} UTC"
