"""Rules that a submission breaks, as a mail may name them: in words, counted, with the first place."""

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from ingestion.feedback import wording
from ingestion.feedback.facts import DecidedSubmission
from ingestion.feedback.gathering import rules_of_year
from ingestion.mail.letters import Line
from ingestion.returns.catalogue import Shape, catalogue

# The page has all rules; a mail is read on a telephone.
RULES_AT_MOST = 10

_BROKEN_RULES = """
with findings as (
    select
        finding.*,
        files.file_name,
        count(*) over (partition by finding.rule_code) as findings,
        row_number() over (
            partition by finding.rule_code
            order by files.file_name, finding.line_number, finding.column_number, finding.finding_id
        ) as turn
    from ledger.finding
    left join ledger.submission_file as files on finding.file_id = files.file_id
    where
        finding.submission_id = %(submission)s
        and case when %(to_sign_off)s then finding.needs_sign_off else finding.severity = 'critical' end
)

select rule_code, findings, file_name, table_name, line_number, column_name, heading, message
from findings
where turn = 1
order by findings desc, rule_code
"""


@dataclass(frozen=True)
class BrokenRule:
    """A rule with findings in a submission, and the first of them."""

    rule_code: str
    findings: int
    file_name: str | None
    table_name: str | None
    line_number: int | None
    column_name: str | None
    heading: str | None
    message: str


def read_broken_rules(
    connection: psycopg.Connection, submission: DecidedSubmission, *, to_sign_off: bool = False
) -> list[BrokenRule]:
    """Read the rules of the critical findings of a submission, or of those for sign-off; most findings first."""
    chosen = {"submission": submission.submission_id, "to_sign_off": to_sign_off}
    with connection.cursor(row_factory=class_row(BrokenRule)) as cursor:
        return cursor.execute(_BROKEN_RULES, chosen).fetchall()


def rule_lines(submission: DecidedSubmission, rules: list[BrokenRule]) -> tuple[Line, ...]:
    """Set rules as the lines of a mail; beyond ten, say how many more there are."""
    shown = [
        Line(
            _in_words(submission, rule),
            wording.counted(rule.findings, "finding"),
            ("first: " if rule.findings > 1 else "") + place if (place := _place(submission, rule)) else "",
        )
        for rule in rules[:RULES_AT_MOST]
    ]
    if more := len(rules) - len(shown):
        shown.append(Line(f"… and {wording.counted(more, 'more rule', 'more rules')}, which the page has"))
    return tuple(shown)


def may_be_about_a_person(submission: DecidedSubmission) -> bool:
    """Tell whether a sender's words may be about a person: then no file name, and nothing found, is mailed."""
    layout = catalogue()[submission.return_code]
    return layout.is_person_level or layout.shape is Shape.ANSWERS


def _in_words(submission: DecidedSubmission, rule: BrokenRule) -> str:
    """Say what a rule is about; only of figures with what was found, which a finding's own sentence has."""
    if not may_be_about_a_person(submission):
        return rule.message.replace("`", "")
    known = rules_of_year(submission).get(rule.rule_code)
    name = wording.rule_name(rule.rule_code)
    return f"{name}: {known.sentence}" if known and "{" not in known.sentence else name


def _place(submission: DecidedSubmission, rule: BrokenRule) -> str:
    where = rule.table_name if may_be_about_a_person(submission) else rule.file_name
    column = wording.spot(rule.column_name, rule.heading)
    parts = (
        where or "",
        f"line {rule.line_number}" if rule.line_number else "",
        f"column {column}" if column else "",
    )
    return ", ".join(part for part in parts if part)
