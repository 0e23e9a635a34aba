"""Pages of feedback reports: facts in, text out. No database, no files."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment

from ingestion.check.suite import Rule
from ingestion.feedback import wording
from ingestion.feedback.facts import DecidedSubmission, ReportedFile, ReportedOutcome
from ingestion.feedback.findings import ReportedFinding, ReportedRule
from ingestion.feedback.freshness import stamp
from ingestion.feedback.person_findings import PersonFinding, ReportedPerson
from ingestion.feedback.read_answers import ReadAnswer
from ingestion.outbox import folder_name
from ingestion.outbox.pages import page_templates

PERSONS_PAGE = "children.html"

# The findings of a form's rule that are shown at once, and at most on request.
SHOWN_AT_ONCE = 10
# No browser copes with tens of thousands of rows; the CSV file beside the pages has them all.
SHOWN_AT_MOST = 500


@dataclass(frozen=True)
class Report:
    """The facts that the pages of one report share.

    Attributes:
        suite: the return's rules of the submission's year, by code.
        page: the file name of the first page.
        persons: those with the most findings; `person_count` have any.
        self_check_note: how the year was recognised, where an authority checks a return that it has not sent yet.
        answers: of a return of answers what was read, where it was accepted.
    """

    submission: DecidedSubmission
    files: tuple[ReportedFile, ...]
    rules: tuple[ReportedRule, ...]
    outcomes: tuple[ReportedOutcome, ...]
    suite: Mapping[str, Rule]
    page: str
    is_person_level: bool = False
    persons: tuple[ReportedPerson, ...] = ()
    person_count: int = 0
    self_check_note: str | None = None
    answers: tuple[ReadAnswer, ...] = ()

    @property
    def was_read(self) -> bool:
        """True if the rules of the return had anything to look at."""
        if self.is_person_level:
            return bool(self.outcomes)
        return not any(rule.rule_code.startswith("intake.") for rule in self.rules)

    @property
    def with_places(self) -> list[ReportedRule]:
        """The rules with a page of their own: those whose findings have places."""
        return [rule for rule in self.rules if not rule.could_not_run]

    @property
    def broken(self) -> list[ReportedRule]:
        """The rules that could not be run because of a fault of ours."""
        return [rule for rule in self.rules if rule.could_not_run]

    @property
    def passed(self) -> list[Rule]:
        """The rules without findings."""
        found = {rule.rule_code for rule in self.rules}
        return self._of_suite(
            each.rule_code
            for each in self.outcomes
            if each.outcome not in ("not_run", "error") and each.rule_code not in found
        )

    @property
    def not_run(self) -> dict[str, list[Rule]]:
        """The rules that were not run, by their needs."""
        waiting: dict[str, list[Rule]] = {}
        for each in self.outcomes:
            if each.outcome == "not_run":
                waiting.setdefault(each.needs or "", []).extend(self._of_suite([each.rule_code]))
        return waiting

    @property
    def critical_rules(self) -> set[str]:
        """The codes of the rules with critical findings."""
        return {rule.rule_code for rule in self.rules if rule.severity == "critical"}

    def _of_suite(self, codes: Iterable[str]) -> list[Rule]:
        return [self.suite[code] for code in dict.fromkeys(codes) if code in self.suite]


@dataclass(frozen=True)
class FindingGroup:
    """A rule on the page of a form, with its first findings."""

    rule: ReportedRule
    findings: Sequence[ReportedFinding]

    @property
    def first(self) -> Sequence[ReportedFinding]:
        """The findings shown at once."""
        return self.findings[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> Sequence[ReportedFinding]:
        """The findings shown on request."""
        return self.findings[SHOWN_AT_ONCE:SHOWN_AT_MOST]

    @property
    def left_out(self) -> int:
        """The number of findings that only the CSV file holds."""
        return max(0, self.rule.findings - SHOWN_AT_MOST)


@dataclass(frozen=True)
class RuleLine:
    """One line of the list of rules checked."""

    rule_code: str
    dimension: str
    outcome: str
    is_error: bool = False


def render_form(report: Report, findings: Mapping[int, Sequence[ReportedFinding]]) -> str:
    """Render the one page of a form; `findings` are the first ones of each rule, by its number."""
    groups = [FindingGroup(rule, findings.get(rule.rule_number, ())) for rule in report.rules]
    return _render_first("form_report.html.j2", report, groups=groups, rule_lines=rule_lines(report))


def render_persons_report(report: Report) -> str:
    """Render the first page of a return of persons: its findings by rule, with links to their pages."""
    return _render_first("person_report.html.j2", report)


def render_rule(report: Report, rule: ReportedRule, findings: Sequence[ReportedFinding]) -> str:
    """Render the page of one rule with its first findings."""
    of_suite = report.suite.get(rule.rule_code)
    return _render("one_rule.html.j2", report, rule=rule, of_suite=of_suite, findings=findings)


def render_persons(report: Report) -> str:
    """Render the list of the persons with the most findings."""
    return _render("persons.html.j2", report)


def render_person(report: Report, person: ReportedPerson, findings: Sequence[PersonFinding]) -> str:
    """Render the page of one person with the first findings."""
    return _render("one_person.html.j2", report, person=person, findings=findings)


def render_index(sender: str, submissions: Sequence[DecidedSubmission]) -> str:
    """Render the list of one sender's reports, in the order of the submissions."""
    return _environment().get_template("index.html.j2").render(sender=sender, submissions=submissions)


def rule_lines(report: Report) -> list[RuleLine]:
    """List the outcome of each rule for this submission; other submissions of the same check run do not show."""
    if not report.was_read:
        return []
    found = Counter({rule.rule_code: rule.findings for rule in report.rules})
    return [
        RuleLine(
            each.rule_code,
            report.suite[each.rule_code].dimension if each.rule_code in report.suite else "",
            wording.outcome(each.outcome, each.needs, found[each.rule_code]),
            each.outcome == "error",
        )
        for each in report.outcomes
    ]


def rule_page(rule_code: str) -> str:
    """Return the path of a rule's page, relative to the first page."""
    return f"rules/{folder_name(rule_code)}.html"


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
        stamp=stamp(submission),
        headline=wording.self_check_headline(submission)
        if report.self_check_note
        else wording.headline(submission),
        next_steps=wording.next_steps(submission, report.critical_rules),
        decided_how=wording.decided_how(submission),
        **facts,
    )


def _render(template: str, report: Report, **facts: object) -> str:
    return _environment().get_template(template).render(report=report, submission=report.submission, **facts)


@cache
def _environment() -> Environment:
    environment = page_templates(
        Path(__file__).parent,
        day=_day,
        moment=_moment,
        report_link=lambda submission: quote(f"{report_folder(submission)}/feedback.html"),
    )
    environment.globals |= {
        "say": wording, "rule_page": rule_page, "person_page": person_page, "persons_page": PERSONS_PAGE,
    }  # fmt: skip
    return environment


def _day(moment: datetime) -> str:
    day = moment.astimezone(UTC)  # Windows has no format for a day without its zero
    return f"{day.day} {day:%B %Y}"


def _moment(moment: datetime) -> str:
    return f"{_day(moment)}, {moment.astimezone(UTC):%H:%M} UTC"
