"""The facts that the pages of one report share."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingestion.check.suite import Rule
from ingestion.feedback import wording
from ingestion.feedback.by_file import FileOfFindings
from ingestion.feedback.causes import ReportedCause
from ingestion.feedback.due import Due
from ingestion.feedback.explanations import Explained
from ingestion.feedback.facts import DecidedSubmission, ReportedFile, ReportedOutcome
from ingestion.feedback.figures import OwnFigure
from ingestion.feedback.findings import ReportedFinding, ReportedRule
from ingestion.feedback.history import YearOfQuality
from ingestion.feedback.person_findings import ReportedPerson
from ingestion.feedback.read_answers import ReadAnswer
from ingestion.feedback.since import Since
from ingestion.feedback.values_found import ValuesFound

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
        causes: what is behind most findings.
        since: what is new and gone since the version before.
        years: how many findings there were in each year.
        figures: the sender's own, where they are built.
        values: what stood in columns with a list of codes, by the number of the rule.
        explained: what the sender said of findings, by their numbers.
        state: the part of the stamp that changes after the decision.
        by_file: where findings are, file by file.
        due: when the return is due, where that is known.
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
    causes: tuple[ReportedCause, ...] = ()
    since: Since | None = None
    years: tuple[YearOfQuality, ...] = ()
    figures: tuple[OwnFigure, ...] = ()
    values: Mapping[int, Sequence[ValuesFound]] = field(default_factory=dict)
    explained: Mapping[int, Explained] = field(default_factory=dict)
    state: str = ""
    by_file: tuple[FileOfFindings, ...] = ()
    due: Due | None = None

    @property
    def all_findings(self) -> int:
        """The number of findings of all rules."""
        return sum(rule.findings for rule in self.rules)

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
