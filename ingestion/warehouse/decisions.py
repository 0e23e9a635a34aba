"""Decisions in the ledger: a submission's new state, and which version of a return is in force from then on."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
import structlog

from ingestion.errors import PassingError
from ingestion.warehouse.states import GOOD_STATES, State
from ingestion.warehouse.step_lock import take_step

log = structlog.get_logger()

# Of whatever return, and whoever decides: the decisions are numbered in the order in which they are committed.
DECIDING = "number decisions"


@dataclass(frozen=True)
class Verdict:
    """The new state of one submission and the reason."""

    submission_id: int
    state: State
    reason: str


def moment_of_deciding(connection: psycopg.Connection) -> datetime:
    """Return when this transaction decides: after all that was decided before, though the clock was set back.

    Others that decide wait until this transaction has ended. History is told by these times: a figure counts from
    one decision to the next. And a build takes in what was decided up to a number: a decision with a lower one
    that is committed after it would be in no build.
    """
    take_step(connection, DECIDING)
    row: tuple[datetime, datetime | None] | None = connection.execute(
        "select clock_timestamp(), max(decided_at) from ledger.decision"
    ).fetchone()
    assert row is not None
    now, last = row
    if last is None or last < now:
        return now
    log.warning("the clock is behind the last decision", last_decided_at=last.isoformat())
    return last + timedelta(microseconds=1)


def apply_verdict(
    connection: psycopg.Connection,
    verdict: Verdict,
    by: str,
    moment: datetime,
    from_states: Set[State] = frozenset(State),
) -> None:
    """Give a submission a new state; a good one comes into force in place of the version before it.

    Raises:
        PassingError: it is in none of `from_states` any more; the caller's transaction is to be rolled back.
    """
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
    _write(connection, verdict, by, moment, from_states, comes_into_force)


def take_out_of_force(
    connection: psycopg.Connection,
    verdict: Verdict,
    by: str,
    moment: datetime,
    from_states: Set[State] = frozenset(GOOD_STATES),
) -> None:
    """Give a submission in force a state that is not; the last good version before it comes back into force.

    Raises:
        PassingError: it is in none of `from_states` any more; the caller's transaction is to be rolled back.
    """
    _write(connection, verdict, by, moment, from_states, comes_into_force=False)
    _bring_back(connection, verdict.submission_id)


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


def _write(
    connection: psycopg.Connection,
    verdict: Verdict,
    by: str,
    moment: datetime,
    from_states: Set[State],
    comes_into_force: bool,
) -> None:
    """Write the decision, if the submission is in one of these states still: another process may have decided."""
    written = connection.execute(
        """
        insert into ledger.decision (submission_id, from_state, to_state, decided_at, decided_by, reason)
        select submission_id, state, %s, %s, %s, %s
        from ledger.submission
        where submission_id = %s and state = any(%s)
        for update
        """,
        [
            verdict.state.value,
            moment,
            by,
            verdict.reason,
            verdict.submission_id,
            [state.value for state in from_states],
        ],
    )
    if not written.rowcount:
        raise PassingError(
            f"Submission {verdict.submission_id} has been decided by another process meanwhile. Nothing was "
            "changed; run the step again."
        )
    connection.execute(
        "update ledger.submission set state = %s, is_in_force = %s where submission_id = %s",
        [verdict.state.value, comes_into_force, verdict.submission_id],
    )
