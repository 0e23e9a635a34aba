"""What awaits the officer's sign-off: the findings of a submission, for the command line and for Airflow.

Of a return about persons, or of answers, there are rules and counts alone: what stands here leaves the warehouse.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.errors import ClubError, NothingAwaitsError
from ingestion.feedback import wording
from ingestion.feedback.explanations import explanations_of
from ingestion.feedback.facts import DecidedSubmission, decided_submissions
from ingestion.returns.catalogue import ReturnLayout, Shape, catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.states import GOOD_STATES, State

# How long Airflow asks; the command line takes the word at any time.
ASKED_FOR = timedelta(days=90)

# Of one rule; the report has them all.
FINDINGS_AT_MOST = 10

# Every finding for sign-off, rule by rule, with its turn among those of its rule.
_FINDINGS = """
select
    finding.finding_id,
    finding.rule_code,
    count(*) over (partition by finding.rule_code)::int as of_rule,
    row_number() over (
        partition by finding.rule_code
        order by files.file_name, finding.line_number, finding.column_number, finding.finding_id
    )::int as turn,
    files.file_name,
    finding.line_number,
    finding.column_name,
    finding.heading,
    finding.value,
    {before} as value_before,
    finding.message
from ledger.finding
left join ledger.submission_file as files on finding.file_id = files.file_id
where finding.submission_id = {submission} and finding.needs_sign_off
order by finding.rule_code, turn
"""

# What stood in the same place of the version in force: on the line of the same name, in the same column.
_BEFORE = """(
    select before.value
    from ledger.submission_file as earlier
    inner join raw.{table} as before on earlier.file_id = before.file_id
    where
        earlier.submission_id = {in_force}
        and earlier.table_name = finding.table_name
        and before.column_number = finding.column_number
        and before.line_number in (
            select named.line_number
            from raw.{table} as named
            inner join raw.{table} as own
                on own.column_number = named.column_number and own.value = named.value
            where
                named.file_id = before.file_id and own.file_id = finding.file_id
                and own.line_number = finding.line_number and named.column_number = 1
        )
    order by before.line_number
    limit 1
)"""

_LATER_VERSION = """
select later.version, later.state
from ledger.submission as later
where
    (later.sender, later.return_code, later.period_code) = (%(sender)s, %(return_code)s, %(period_code)s)
    and later.version > %(version)s
    and later.state = any(%(counts)s)
order by later.version desc
"""

_IN_FORCE = """
select submission_id, version
from ledger.submission
where (sender, return_code, period_code) = (%(sender)s, %(return_code)s, %(period_code)s) and is_in_force
"""


@dataclass(frozen=True)
class AwaitedFinding:
    """A finding for sign-off: of figures with what stands there, and what stands there in the version in force."""

    finding_id: int
    rule_code: str
    of_rule: int
    turn: int
    file_name: str | None
    line_number: int | None
    column_name: str | None
    heading: str | None
    value: str | None
    value_before: str | None
    message: str

    @property
    def place(self) -> str:
        """Where it stands, as a spreadsheet user would say."""
        column = wording.spot(self.column_name, self.heading)
        return wording.place(self.file_name, self.line_number, column)

    @property
    def sentence(self) -> str:
        """What is odd, without the place, with which the sentence may begin."""
        letter = f", column {self.column_name}" if self.column_name else ""
        return self.message.removeprefix(f"{self.file_name}, line {self.line_number}{letter}: ")


@dataclass(frozen=True)
class Awaited:
    """A submission that awaits sign-off, with what has to be known for it.

    Attributes:
        submission: what was decided so far.
        rules: of each rule with findings for sign-off, how many.
        findings: the first of each rule; none of a return that may be about persons.
        explained: what the sender said of them, by their numbers.
        version_in_force: the version whose figures count meanwhile; None where there is none.
    """

    submission: DecidedSubmission
    rules: dict[str, int]
    findings: tuple[AwaitedFinding, ...]
    explained: dict[int, str]
    version_in_force: int | None

    @property
    def title(self) -> str:
        """Whose return it is, of which year, in which version."""
        one = self.submission
        name, what = wording.sender_name(one.sender), wording.return_title(one.return_code)
        return f"{name}: {what}, {one.period_code}, version {one.version} (submission {one.submission_id})"


def find_awaited(settings: Settings) -> list[Awaited]:
    """Find every submission that awaits sign-off and is not replaced by a later version."""
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(
            "select submission_id from ledger.submission where state = %s order by submission_id",
            [State.AWAITING_SIGN_OFF],
        ).fetchall()
    found = []
    for (number,) in rows:
        with suppress(NothingAwaitsError):
            found.append(what_awaits(settings, number))
    return found


def require_still_awaited(settings: Settings, submission_id: int) -> None:
    """Make sure that the officer can still be asked about a submission.

    Raises:
        NothingAwaitsError: the word was given, a later version has taken its place, or time is up.
    """
    decided_at = what_awaits(settings, submission_id).submission.decided_at
    if datetime.now(decided_at.tzinfo) > decided_at + ASKED_FOR:
        raise NothingAwaitsError(
            f"Nobody has answered in {ASKED_FOR.days} days. Submission {submission_id} awaits sign-off still; "
            "`club sign-off` takes the word."
        )


def what_awaits(settings: Settings, submission_id: int) -> Awaited:
    """Read what a submission awaits sign-off for.

    Raises:
        ClubError: there is no such submission.
        NothingAwaitsError: it awaits nothing any more: the word was given, or a later version has taken its place.
    """
    with connect(settings, Role.LOADER) as connection:
        submission, state = _decided(connection, submission_id)
        _require_awaited(connection, submission, state)
        in_force = connection.execute(_IN_FORCE, vars(submission)).fetchone()
        layout = catalogue().get(submission.return_code)
        found = _findings(connection, submission, layout, in_force[0] if in_force else None)
        explained = explanations_of(connection, settings, submission)
    shown = [each for each in found if each.turn <= FINDINGS_AT_MOST]
    return Awaited(
        submission,
        {each.rule_code: each.of_rule for each in found},
        () if _may_be_about_a_person(layout) else tuple(shown),
        {
            number: f"{each.explained_by}: {each.explanation}"
            for number, each in explained.items()
            if each.needs_sign_off
        },
        in_force[1] if in_force else None,
    )


def _decided(connection: psycopg.Connection, submission_id: int) -> tuple[DecidedSubmission, str]:
    row = connection.execute(
        "select sender, state from ledger.submission where submission_id = %s", [submission_id]
    ).fetchone()
    if row is None:
        raise ClubError(f"There is no submission {submission_id}; `club submissions` lists them.")
    for each in decided_submissions(connection, [row[0]]):
        if each.submission_id == submission_id:
            return each, row[1]
    raise NothingAwaitsError(f"Submission {submission_id} is received, and not checked yet.")


def _require_awaited(connection: psycopg.Connection, submission: DecidedSubmission, state: str) -> None:
    if state != State.AWAITING_SIGN_OFF:
        raise NothingAwaitsError(
            f"Submission {submission.submission_id} no longer awaits sign-off: it is "
            f"{state.replace('_', ' ')}, by {submission.decided_by} on {submission.decided_at:%Y-%m-%d}."
        )
    counts = [state.value for state in (*GOOD_STATES, State.AWAITING_SIGN_OFF)]
    later = connection.execute(_LATER_VERSION, vars(submission) | {"counts": counts}).fetchone()
    if later is not None:
        raise NothingAwaitsError(
            f"Submission {submission.submission_id} has been sent again: version {later[0]} is "
            f"{later[1].replace('_', ' ')}, and the officer is asked about that one, if about any."
        )


def _findings(
    connection: psycopg.Connection,
    submission: DecidedSubmission,
    layout: ReturnLayout | None,
    in_force: int | None,
) -> list[AwaitedFinding]:
    before: sql.Composable = sql.SQL("null::text")
    if in_force and layout and layout.shape is Shape.FORM and layout.raw_table:
        table, number = sql.Identifier(layout.raw_table), sql.Literal(in_force)
        before = sql.SQL(_BEFORE).format(table=table, in_force=number)
    statement = sql.SQL(_FINDINGS).format(before=before, submission=sql.Literal(submission.submission_id))
    with connection.cursor(row_factory=class_row(AwaitedFinding)) as cursor:
        return cursor.execute(statement).fetchall()


def _may_be_about_a_person(layout: ReturnLayout | None) -> bool:
    return layout is None or layout.is_person_level or layout.shape is Shape.ANSWERS
