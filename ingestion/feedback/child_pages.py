"""The pages of the report on a return about children: facts in, text out. No database, no files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingestion.check.suite import Rule
from ingestion.feedback import wording
from ingestion.feedback.child_facts import ChildPlace, FoundChild, FoundRule, Place, RuleOutcome
from ingestion.feedback.facts import DecidedSubmission, ReceivedFile
from ingestion.feedback.rendering import environment, stamp
from ingestion.outbox import folder_name

# A page with tens of thousands of rows opens nowhere; findings.csv beside the pages has them all.
PLACES_OF_A_RULE = 200
PLACES_OF_A_CHILD = 200
CHILDREN = 200


@dataclass(frozen=True)
class ChildReport:
    """What the pages tell. `own` is set where an authority checks a return that it has not sent yet."""

    submission: DecidedSubmission
    files: tuple[ReceivedFile, ...]
    rules: tuple[FoundRule, ...]
    outcomes: tuple[RuleOutcome, ...]
    suite: Mapping[str, Rule]
    children: tuple[FoundChild, ...]
    child_count: int
    page: str
    own: str | None = None

    @property
    def was_read(self) -> bool:
        """Whether the rules of the return had anything to look at."""
        return bool(self.outcomes)

    @property
    def with_places(self) -> list[FoundRule]:
        """The rules with a page of their own: those that point at something."""
        return [rule for rule in self.rules if not rule.could_not_run]

    @property
    def broken(self) -> list[FoundRule]:
        """The rules that could not be run, by a fault of ours."""
        return [rule for rule in self.rules if rule.could_not_run]

    @property
    def passed(self) -> list[Rule]:
        """The rules that found nothing."""
        found = {rule.rule_code for rule in self.rules}
        return self._of_suite(
            each.rule_code
            for each in self.outcomes
            if each.outcome not in ("not_run", "error") and each.rule_code not in found
        )

    @property
    def not_run(self) -> dict[str, list[Rule]]:
        """The rules that were not run, by what they would have needed."""
        waiting: dict[str, list[Rule]] = {}
        for each in self.outcomes:
            if each.outcome == "not_run":
                waiting.setdefault(each.needs or "", []).extend(self._of_suite([each.rule_code]))
        return waiting

    def _of_suite(self, codes: Iterable[str]) -> list[Rule]:
        return [self.suite[code] for code in dict.fromkeys(codes) if code in self.suite]


def render_main(report: ChildReport) -> str:
    """The first page: the outcome, the files, what was found by rule, what was not run and what passed."""
    submission = report.submission
    critical = {rule.rule_code for rule in report.rules if rule.severity == "critical"}
    return _render(
        "child_main.html.j2",
        report,
        stamp=stamp(submission),
        headline=wording.own_headline(submission) if report.own else wording.headline(submission),
        next_steps=wording.next_steps(submission, critical),
        decided_how=wording.decided_how(submission),
    )


def render_rule(report: ChildReport, found: FoundRule, places: Sequence[Place]) -> str:
    """The page of one rule with its first findings."""
    rule = report.suite.get(found.rule_code)
    return _render("child_rule.html.j2", report, found=found, rule=rule, places=places)


def render_children(report: ChildReport) -> str:
    """The list of the children with the most findings."""
    return _render("child_list.html.j2", report)


def render_child(report: ChildReport, child: FoundChild, places: Sequence[ChildPlace]) -> str:
    """The page of one child with its first findings."""
    return _render("child_child.html.j2", report, child=child, places=places)


def _render(template: str, report: ChildReport, **facts: object) -> str:
    return environment().get_template(template).render(report=report, submission=report.submission, **facts)


def rule_page(rule_code: str) -> str:
    """The page of a rule, seen from the first page."""
    return f"rules/{folder_name(rule_code)}.html"


def child_page(child_number: int) -> str:
    """The page of a child, seen from the first page; its name tells nobody who it is about."""
    return f"children/{child_number:03}.html"


environment().globals |= {"rule_page": rule_page, "child_page": child_page}
