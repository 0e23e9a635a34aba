"""Decide: from findings to a state. Critical rejects; the last good submission stays in force until a better one.

Nothing is deleted: a superseded submission keeps its rows, its findings and its decisions.
"""

from collections.abc import Mapping

import structlog

from ingestion.errors import ClubError, NothingAwaitsError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.decisions import Verdict, apply_verdict, moment_of_deciding, take_out_of_force
from ingestion.warehouse.standing import standing_of
from ingestion.warehouse.states import GOOD_STATES, Severity, State
from ingestion.warehouse.step_lock import one_at_a_time, take_step

log = structlog.get_logger()

AUTOMATIC = "rules"

# Decides what is no fault of the sender's: it breaks a build, or its rows are no longer there to be counted.
WAREHOUSE = "warehouse"
ARCHIVE = "archive"

_VERSION_IN_FORCE = """
select versions.version
from ledger.submission as withdrawn
inner join ledger.submission as versions
    on (versions.sender, versions.return_code, versions.period_code)
        = (withdrawn.sender, withdrawn.return_code, withdrawn.period_code)
where withdrawn.submission_id = %s and versions.is_in_force
"""


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
    """Record the officer's decision on a submission that awaits it; accepting takes a withdrawal back, too.

    The same word once more changes nothing: a step that was killed behind it goes on from here.

    Raises:
        ClubError: there is no such submission, it does not await sign-off, or no reason was given.
    """
    _require_reason(reason, "sign-off")
    with connect(settings, Role.LOADER) as connection:
        standing = standing_of(connection, submission_id)
        verdict = Verdict(
            submission_id, State.ACCEPTED_WITH_WARNINGS if accept else State.REJECTED, reason.strip()
        )
        if (standing.state, standing.decided_by, standing.reason) == (verdict.state, by, verdict.reason):
            return verdict
        if standing.state is State.WITHDRAWN and not accept:
            raise ClubError(f"Submission {submission_id} was withdrawn: there is nothing in it to reject.")
        if standing.state not in (State.AWAITING_SIGN_OFF, State.WITHDRAWN):
            raise NothingAwaitsError(
                f"Submission {submission_id} is {standing.in_words}; only one that awaits sign-off, or was "
                "withdrawn, can be signed off."
            )
        apply_verdict(connection, verdict, by, moment_of_deciding(connection), {standing.state})
    return verdict


def withdraw(settings: Settings, submission_id: int, *, by: str, reason: str) -> int | None:
    """Take a submission back; the last good version before it comes into force again. Nothing is deleted.

    Returns:
        The version in force afterwards; None where there is none.

    Raises:
        ClubError: there is no such submission, it neither is in force nor waits, or no reason was given.
    """
    _require_reason(reason, "withdrawal")
    with connect(settings, Role.LOADER) as connection:
        standing = standing_of(connection, submission_id)
        if standing.state is State.WITHDRAWN:
            raise ClubError(f"Submission {submission_id} is withdrawn already: {standing.last_word}.")
        waits = standing.state in (State.AWAITING_SIGN_OFF, State.QUARANTINED)
        if not (standing.is_in_force or waits):
            why = "no longer in force" if standing.state in GOOD_STATES else standing.in_words
            raise ClubError(
                f"Submission {submission_id} is {why}: no figure comes from it. Only one that is in force, awaits "
                "sign-off or is quarantined can be withdrawn; `club submissions` shows which."
            )
        moment = moment_of_deciding(connection)
        verdict = Verdict(submission_id, State.WITHDRAWN, reason.strip())
        take_out_of_force(connection, verdict, by, moment, {standing.state})
        row = connection.execute(_VERSION_IN_FORCE, [submission_id]).fetchone()
    log.info("withdrawn", submission_id=submission_id, in_force=row and row[0])
    return row[0] if row else None


def _require_reason(reason: str, what: str) -> None:
    if not reason.strip():
        raise ClubError(f'A {what} needs a reason, which the ledger keeps: --reason "…".')


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
