"""Decide: from findings to a state. Critical rejects; the last good submission stays in force until a better one.

Nothing is deleted: a superseded submission keeps its rows, its findings and its decisions.
"""

from collections.abc import Mapping

import structlog

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.decisions import Verdict, apply_verdict, moment_of_deciding, take_out_of_force
from ingestion.warehouse.states import Severity, State
from ingestion.warehouse.step_lock import one_at_a_time, take_step

log = structlog.get_logger()

AUTOMATIC = "rules"

# Decides what is no fault of the sender's: it breaks a build, or its rows are no longer there to be counted.
WAREHOUSE = "warehouse"
ARCHIVE = "archive"


def decide(settings: Settings, return_code: str) -> list[Verdict]:
    """Give every checked submission of one return its state, oldest version first, in one transaction."""
    with one_at_a_time(settings, Role.LOADER, f"decide {return_code}") as connection:
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
        moment = moment_of_deciding(connection)
        for verdict in verdicts:
            apply_verdict(connection, verdict, AUTOMATIC, moment, {State.RECEIVED})
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
        apply_verdict(connection, verdict, by, moment_of_deciding(connection), {State.AWAITING_SIGN_OFF})
    return verdict


def put_in_force(settings: Settings, submission_id: int) -> None:
    """Put a decided submission in force despite its findings, where an authority checks the year after it."""
    verdict = Verdict(submission_id, State.ACCEPTED_WITH_WARNINGS, "the year before the one that is being checked")
    with connect(settings, Role.LOADER) as connection:
        apply_verdict(connection, verdict, AUTOMATIC, moment_of_deciding(connection))


def quarantine(settings: Settings, reasons: Mapping[int, str], by: str = WAREHOUSE) -> None:
    """Take submissions out of force that break a build; the last good version before each comes back into force.

    Args:
        settings: where the warehouse is.
        reasons: by submission, what it breaks.
        by: who decides so; what the warehouse has quarantined is tried again when everything is built anew.
    """
    with connect(settings, Role.LOADER) as connection:
        # In one order, so that two never wait for each other.
        rows = connection.execute(
            "select distinct return_code from ledger.submission where submission_id = any(%s) order by 1",
            [list(reasons)],
        ).fetchall()
        for (return_code,) in rows:
            take_step(connection, f"decide {return_code}")
        moment = moment_of_deciding(connection)
        for submission_id, reason in reasons.items():
            take_out_of_force(connection, Verdict(submission_id, State.QUARANTINED, reason), by, moment)
            log.warning("quarantined", submission_id=submission_id, reason=reason)


def release_quarantined(settings: Settings) -> list[Verdict]:
    """Give every submission that broke a build the state back that it had, since it will be tried again."""
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(
            """
            select submission_id, from_state
            from (
                select distinct on (submission.submission_id)
                    submission.submission_id, decision.from_state, decision.decided_by
                from ledger.submission
                inner join ledger.decision on submission.submission_id = decision.submission_id
                where submission.state = 'quarantined' and decision.to_state = 'quarantined'
                order by submission.submission_id, decision.decision_id desc
            ) as quarantined
            where decided_by = %s
            order by submission_id
            """,
            [WAREHOUSE],
        ).fetchall()
        verdicts = [Verdict(number, State(state), "everything is built anew, with it") for number, state in rows]
        moment = moment_of_deciding(connection)
        for verdict in verdicts:
            apply_verdict(connection, verdict, WAREHOUSE, moment, {State.QUARANTINED})
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
