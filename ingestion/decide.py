"""Decide: from findings to a state. Critical rejects; the last good submission stays in force until a better one.

Nothing is deleted: a superseded submission keeps its rows, its findings and its decisions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
import structlog

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.ledger import GOOD_STATES, Severity, State
from ingestion.warehouse.step_lock import one_at_a_time

log = structlog.get_logger()

AUTOMATIC = "rules"

# Decides what is no fault of the sender's.
WAREHOUSE = "warehouse"


@dataclass(frozen=True)
class Verdict:
    """The new state of one submission and the reason."""

    submission_id: int
    state: State
    reason: str


def decide(settings: Settings, return_code: str) -> list[Verdict]:
    """Give every checked submission of one return its state, oldest version first, in one transaction."""
    with (
        one_at_a_time(settings, Role.LOADER, f"decide {return_code}"),
        connect(settings, Role.LOADER) as connection,
    ):
        rows = connection.execute(
            """
            select
                submission.submission_id,
                count(*) filter (where finding.severity = 'critical') as critical,
                count(*) filter (where finding.needs_sign_off) as to_sign_off,
                count(*) filter (where finding.severity = 'warning') as warnings
            from ledger.submission
            left join ledger.finding on submission.submission_id = finding.submission_id
            where submission.state = 'received' and submission.checked_at is not null
                and submission.return_code = %s
            group by submission.submission_id
            order by submission.submission_id
            """,
            [return_code],
        ).fetchall()
        verdicts = [_judge(*row) for row in rows]
        for verdict in verdicts:
            _apply(connection, verdict, AUTOMATIC)
    for verdict in verdicts:
        log.info("decided", submission_id=verdict.submission_id, state=verdict.state.value, reason=verdict.reason)
    return verdicts


def sign_off(settings: Settings, submission_id: int, *, accept: bool, by: str, reason: str) -> Verdict:
    """Record the officer's decision on a submission that awaits it.

    Raises:
        ClubError: there is no such submission, or it does not await sign-off.
    """
    with connect(settings, Role.LOADER) as connection:
        row = connection.execute(
            "select state from ledger.submission where submission_id = %s for update", [submission_id]
        ).fetchone()
        if row is None:
            raise ClubError(f"There is no submission {submission_id}; `club submissions` lists them.")
        if row[0] != State.AWAITING_SIGN_OFF:
            raise ClubError(
                f"Submission {submission_id} is {row[0].replace('_', ' ')}; "
                "only one that awaits sign-off can be signed off."
            )
        state = State.ACCEPTED_WITH_WARNINGS if accept else State.REJECTED
        verdict = Verdict(submission_id, state, reason)
        _apply(connection, verdict, by)
    return verdict


def put_in_force(settings: Settings, submission_id: int) -> None:
    """Put a decided submission in force despite its findings, where an authority checks the year after it."""
    verdict = Verdict(submission_id, State.ACCEPTED_WITH_WARNINGS, "the year before the one that is being checked")
    with connect(settings, Role.LOADER) as connection:
        _apply(connection, verdict, AUTOMATIC)


def quarantine(settings: Settings, reasons: Mapping[int, str]) -> None:
    """Take submissions out of force that break a build; the last good version before each comes back into force.

    Args:
        settings: where the warehouse is.
        reasons: by submission, what it breaks.
    """
    with connect(settings, Role.LOADER) as connection:
        for submission_id, reason in reasons.items():
            verdict = Verdict(submission_id, State.QUARANTINED, reason)
            _write(connection, verdict, WAREHOUSE, comes_into_force=False)
            _bring_back(connection, submission_id)
            log.warning("quarantined", submission_id=submission_id, reason=reason)


def release_quarantined(settings: Settings) -> list[Verdict]:
    """Give every quarantined submission the state back that it had, since it will be tried again."""
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(
            """
            select distinct on (submission.submission_id) submission.submission_id, decision.from_state
            from ledger.submission
            inner join ledger.decision on submission.submission_id = decision.submission_id
            where submission.state = 'quarantined' and decision.to_state = 'quarantined'
            order by submission.submission_id, decision.decision_id desc
            """
        ).fetchall()
        verdicts = [Verdict(number, State(state), "everything is built anew, with it") for number, state in rows]
        for verdict in verdicts:
            _apply(connection, verdict, WAREHOUSE)
    return verdicts


def decided_by_warehouse(settings: Settings) -> list[int]:
    """List the submissions that are quarantined, or were and have been tried again since."""
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(
            "select distinct submission_id from ledger.decision where decided_by = %s order by 1", [WAREHOUSE]
        ).fetchall()
    return [number for (number,) in rows]


def _judge(submission_id: int, critical: int, to_sign_off: int, warnings: int) -> Verdict:
    if critical:
        return Verdict(submission_id, State.REJECTED, f"{critical} critical {_findings(critical)}")
    if to_sign_off:
        return Verdict(
            submission_id, State.AWAITING_SIGN_OFF, f"{to_sign_off} {_findings(to_sign_off)} for the officer"
        )
    if warnings:
        return Verdict(
            submission_id,
            State.ACCEPTED_WITH_WARNINGS,
            f"{warnings} {Severity.WARNING.value} {_findings(warnings)}",
        )
    return Verdict(submission_id, State.ACCEPTED, "no findings that matter")


def _findings(count: int) -> str:
    return "finding" if count == 1 else "findings"


def _apply(connection: psycopg.Connection, verdict: Verdict, by: str) -> None:
    comes_into_force = verdict.state in GOOD_STATES and _is_newest_good(connection, verdict.submission_id)
    if comes_into_force:
        connection.execute(
            """
            update ledger.submission as earlier
            set is_in_force = false
            from ledger.submission as decided
            where decided.submission_id = %s
                and earlier.is_in_force
                and (earlier.sender, earlier.return_code, earlier.period_code)
                    = (decided.sender, decided.return_code, decided.period_code)
            """,
            [verdict.submission_id],
        )
    _write(connection, verdict, by, comes_into_force)


def _is_newest_good(connection: psycopg.Connection, submission_id: int) -> bool:
    """Return True if no newer version is in force, which a late sign-off must not replace."""
    row: Sequence[bool] | None = connection.execute(
        """
        select not exists (
            select 1
            from ledger.submission as decided
            inner join ledger.submission as newer
                on (newer.sender, newer.return_code, newer.period_code)
                    = (decided.sender, decided.return_code, decided.period_code)
            where decided.submission_id = %s and newer.is_in_force and newer.version > decided.version
        )
        """,
        [submission_id],
    ).fetchone()
    return bool(row and row[0])


def _bring_back(connection: psycopg.Connection, submission_id: int) -> None:
    """Put the newest good version of a submission's slice in force, where none is."""
    connection.execute(
        """
        with slice as (
            select versions.submission_id, versions.version, versions.is_in_force, versions.state
            from ledger.submission as taken_out
            inner join ledger.submission as versions
                on (versions.sender, versions.return_code, versions.period_code)
                    = (taken_out.sender, taken_out.return_code, taken_out.period_code)
            where taken_out.submission_id = %s
        )
        update ledger.submission
        set is_in_force = true
        where
            submission_id = (
                select submission_id from slice
                where state = any(%s)
                order by version desc
                limit 1
            )
            and not exists (select from slice where is_in_force)
        """,
        [submission_id, list(GOOD_STATES)],
    )


def _write(connection: psycopg.Connection, verdict: Verdict, by: str, comes_into_force: bool) -> None:
    connection.execute(
        """
        insert into ledger.decision (submission_id, from_state, to_state, decided_by, reason)
        select submission_id, state, %s, %s, %s from ledger.submission where submission_id = %s
        """,
        [verdict.state.value, by, verdict.reason, verdict.submission_id],
    )
    connection.execute(
        "update ledger.submission set state = %s, is_in_force = %s where submission_id = %s",
        [verdict.state.value, comes_into_force, verdict.submission_id],
    )
