"""Who breaks a build: found by what its tests name, and where they name nobody, by building without each half.

A submission that has passed its checks may still break a model or a test of the figures. That is a fault of the
warehouse; it is nothing that the sender can mend, and it must not stop the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg
import structlog
from psycopg import sql

from ingestion.errors import ClubError
from ingestion.model.dbt_outcome import DbtError, Node
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

# Builds without some submissions, to see whether it passes; raises DbtError where it does not.
Attempt = Callable[[tuple[int, ...]], object]


@dataclass(frozen=True)
class Suspect:
    """A submission in force that the build which is read does not hold."""

    submission_id: int
    sender: str
    period_code: str


# Tells which suspects the failed tests name beyond doubt.
Named = Callable[[DbtError, Sequence[Suspect]], tuple[int, ...]]


def suspects_since(settings: Settings, decision: int, return_codes: Sequence[str] | None = None) -> list[Suspect]:
    """List the submissions in force that were accepted after a decision, the newest first; all of them after 0.

    With `return_codes`, those of these returns alone.
    """
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(
            """
            select submission.submission_id, submission.sender, submission.period_code
            from ledger.submission
            inner join ledger.decision on submission.submission_id = decision.submission_id
            where
                submission.is_in_force
                and decision.decision_id > %(decision)s
                and (%(codes)s::text[] is null or submission.return_code = any(%(codes)s))
            group by submission.submission_id
            order by max(decision.decision_id) desc
            """,
            {"decision": decision, "codes": None if return_codes is None else list(return_codes)},
        ).fetchall()
    return [Suspect(*row) for row in rows]


def find_guilty(
    error: DbtError, suspects: Sequence[Suspect], attempt: Attempt, named: Named, most: int
) -> dict[int, str]:
    """Find the submissions without which the build passes; return what each of them breaks.

    Args:
        error: why the build failed.
        suspects: those that may be to blame.
        attempt: builds again without some of them.
        named: tells which of them the failed tests name beyond doubt.
        most: how many may be to blame at most.

    Raises:
        DbtError: it fails without any of them too, or was not a failure of a model or test at all.
        ClubError: too many are to blame, so the definitions are.
    """
    guilty: dict[int, str] = {}
    while True:
        left = [suspect for suspect in suspects if suspect.submission_id not in guilty]
        if not error.failed or not left:
            raise error
        found = named(error, left) or _halved(error, left, tuple(guilty), attempt)
        guilty |= dict.fromkeys(found, _what_broke(error.failed))
        log.warning("a build fails with these submissions", submission_ids=found, broken=error.failed[0].name)
        if len(guilty) > most:
            raise ClubError(
                f"{len(guilty)} submissions break the build, more than {most}: the definitions are at fault, "
                f"not they. The marts stay as they were.\n{error}"
            ) from error
        try:
            attempt(tuple(guilty))
        except DbtError as again:
            error = again
        else:
            return guilty


def _what_broke(failed: Sequence[Node]) -> str:
    """Say it without the values that a message may quote."""
    names = [f"the {node.kind} {node.name}" for node in failed[:3]]
    more = f" and {len(failed) - len(names)} more" if len(failed) > len(names) else ""
    return f"a fault of the warehouse: with it {', '.join(names)}{more} failed"


def named_by_tests(settings: Settings, error: DbtError, suspects: Sequence[Suspect]) -> tuple[int, ...]:
    """Return the suspects that failed tests name beyond doubt: by number, or alone by authority and period."""
    by_number: set[int] = set()
    by_slice: set[int] = set()
    with connect(settings, Role.TRANSFORMER) as connection:
        for node in error.failed:
            for row in _broken_rows(connection, node):
                number, authority, period = (
                    row.get(name) for name in ("submission_id", "authority_code", "period_code")
                )
                by_number |= {one.submission_id for one in suspects if str(one.submission_id) == str(number)}
                by_slice |= {
                    one.submission_id for one in suspects if (one.sender, one.period_code) == (authority, period)
                }
    if by_number:
        return tuple(sorted(by_number))
    # A figure may be wrong because of another one that it is compared with.
    return tuple(by_slice) if len(by_slice) == 1 else ()


def _broken_rows(connection: psycopg.Connection, node: Node) -> list[dict[str, object]]:
    """Return the rows that a failed test found; none for what is not a test, or cannot be run."""
    if node.kind != "test" or node.status != "fail" or not node.compiled:
        return []
    query = sql.SQL("select * from ({}) as broken limit 1000").format(sql.SQL(node.compiled))
    try:
        with connection.transaction():
            found = connection.execute(query)
    except psycopg.Error as error:
        # dbt counts the rows only: what they would show may be what cannot be worked out.
        log.warning("what a test found cannot be read", test=node.name, error=type(error).__name__)
        return []
    names = [column.name for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _halved(
    error: DbtError, suspects: Sequence[Suspect], left_out: tuple[int, ...], attempt: Attempt
) -> tuple[int, ...]:
    """Return one suspect that breaks the build.

    The build passes without all of `left_out` and `suspects`, and fails without `left_out` alone. That stays true
    of one half of the suspects, with or without the other half left out.
    """
    numbers = tuple(suspect.submission_id for suspect in suspects)
    if not _passes(attempt, left_out + numbers):
        raise error
    while len(numbers) > 1:
        first, second = numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]
        if _passes(attempt, left_out + first):
            numbers = first
        else:
            left_out, numbers = left_out + first, second
    return numbers


def _passes(attempt: Attempt, left_out: tuple[int, ...]) -> bool:
    log.info("building without some submissions, to see which one breaks the build", left_out=len(left_out))
    try:
        attempt(left_out)
    except DbtError:
        return False
    return True
