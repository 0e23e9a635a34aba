"""The indicators by every reading of the club's decisions, worked out when the marts have been built."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
import structlog
from psycopg import sql

from ingestion.errors import ClubError
from ingestion.model.changes import decided_between
from ingestion.model.dbt import run_dbt
from ingestion.model.dbt_outcome import DbtError
from ingestion.model.lineage import tell_of_readings
from ingestion.model.quarantine import Suspect, find_guilty, named_by_tests, suspects_since
from ingestion.model.schemas import Build, build_that_is_read, facts_of_build
from ingestion.returns.catalogue import returns_about_persons
from ingestion.settings import DBT_PROJECT, Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.states import BAD_STATES, GOOD_STATES
from ingestion.warehouse.step_lock import one_at_a_time

log = structlog.get_logger()

STEP = "count readings"
SCOPE = "readings"
ROOM = "dbt_readings"
SUFFIX = "_readings"
INTO_READINGS = {"reading_suffix": SUFFIX}
COUNTED = (f"intermediate{SUFFIX}", "int_ranked_readings")
# How often the marts may be built anew meanwhile; a build takes longer than the readings.
ATTEMPTS = 3

COLUMNS = (
    "authority_code", "period_code", "indicator_code", "definition_version", "reading_code", "is_agreed",
    "decided_otherwise", "numerator", "denominator", "value", "missing_reason", "rank", "n_ranked",
    "rank_lower_95", "rank_upper_95", "submission_id",
)  # fmt: skip


@dataclass(frozen=True)
class Readings:
    """How many figures were counted, and without which submissions it had to be, with what each breaks."""

    figures: int
    left_out: Mapping[Suspect, str]


def readings_are_behind(settings: Settings) -> bool:
    """Return True if a return about persons was decided, or a definition changed, since they were counted.

    Where nobody has sent such a return, there is nothing to count by readings.
    """
    read, counted = build_that_is_read(settings), _counted(settings)
    if read is None:
        return False
    holds = counted is not None and counted.definitions_digest == read.definitions_digest
    return bool(
        decided_between(
            settings,
            counted.last_decision_id if counted and holds else 0,
            read.last_decision_id,
            returns_about_persons(),
            (*GOOD_STATES, *BAD_STATES),
        )
    )


def not_counted(settings: Settings) -> list[str]:
    """Name the submissions about persons that the marts have taken in and the readings have not.

    Either they break a reading, or they were decided since the readings were counted.
    """
    read = build_that_is_read(settings)
    with connect(settings, Role.LOADER) as connection:
        found = connection.execute(
            """
            select format('%%s %%s (submission %%s)', sender, period_code, submission_id)
            from ledger.submission
            where
                is_in_force
                and return_code = any(%s)
                and exists (
                    select 1 from ledger.decision
                    where decision.submission_id = submission.submission_id and decision.decision_id <= %s
                )
                and submission_id not in (select submission_id from readings.reading)
            order by sender, period_code
            """,
            [returns_about_persons(), read.last_decision_id if read else 0],
        ).fetchall()
    return [name for (name,) in found]


def count_readings(settings: Settings) -> Readings:
    """Count every indicator by every reading of what touches it, and let it be read.

    The returns are those of the marts that are read. Readers see the figures of before until the new ones are
    tested. One that breaks a model or a test is left out: it has no readings, and all others have theirs. Rows
    about children exist only meanwhile, in a schema that nobody else may use.

    Raises:
        ClubError: there are no marts yet, they were built anew again and again meanwhile, or so many returns break
            the readings that the definitions must.
        DbtError: a model or a test failed, and not because of a return.
        MachineError: dbt failed for want of room, memory or the server.
    """
    try:
        with one_at_a_time(settings, Role.TRANSFORMER, STEP) as held:
            return _count(settings, held)
    finally:
        with one_at_a_time(settings, Role.TRANSFORMER, STEP):
            _drop_workings(settings)


def _count(settings: Settings, held: psycopg.Connection) -> Readings:
    for _ in range(ATTEMPTS):
        facts = facts_of_build(settings)
        if facts is None:
            raise ClubError("There are no marts yet. Run `club load` first.")
        left_out = _count_without_the_guilty(settings)
        if facts_of_build(settings) == facts:
            counted = Readings(_publish(held, facts), left_out)
            tell_of_readings(settings, ROOM, COUNTED)
            return counted
        log.info("the marts were built anew meanwhile; counting again")
    raise ClubError("The marts were built anew again and again. Run `club readings` when the loads are done.")


def _count_without_the_guilty(settings: Settings) -> dict[Suspect, str]:
    """Count, leaving out the submissions that break it; return those, and what each breaks."""
    attempt = partial(_run, settings)
    try:
        attempt(())
    except DbtError as error:
        suspects = suspects_since(settings, 0, returns_about_persons())
        most = max(1, int(settings.quarantine_share * len(suspects)))
        guilty = find_guilty(error, suspects, attempt, partial(named_by_tests, settings), most)
        return {suspect: guilty[suspect.submission_id] for suspect in suspects if suspect.submission_id in guilty}
    return {}


def _run(settings: Settings, left_out: tuple[int, ...]) -> None:
    run_dbt(
        settings,
        "build", "--quiet", "--full-refresh", "--selector", SCOPE,
        "--indirect-selection", "cautious", "--exclude-resource-type", "unit_test",
        project=DBT_PROJECT, room=ROOM, variables=INTO_READINGS, left_out=left_out,
    )  # fmt: skip


def _publish(connection: psycopg.Connection, facts: Mapping[str, Any]) -> int:
    """Put the figures in the place of those before; return how many.

    Args:
        connection: the one that holds the lock of the step. All is done when its transaction is committed.
        facts: the row of the build that the figures go with.
    """
    connection.execute("delete from readings.reading")
    published = connection.execute(
        sql.SQL("insert into readings.reading ({columns}, build_id) select {columns}, %s from {counted}").format(
            columns=sql.SQL(", ").join(map(sql.Identifier, COLUMNS)),
            counted=sql.Identifier(*COUNTED),
        ),
        [facts["build_id"]],
    ).rowcount
    connection.execute(
        "insert into ledger.model_build (scope, last_decision_id, definitions_digest, finished_at)"
        " values (%s, %s, %s, clock_timestamp())",
        [SCOPE, facts["last_decision_id"], facts["definitions_digest"]],
    )
    return published


def _counted(settings: Settings) -> Build | None:
    """Return what the readings were last counted of."""
    with connect(settings, Role.TRANSFORMER) as connection:
        row = connection.execute(
            "select last_decision_id, definitions_digest from ledger.model_build where scope = %s"
            " order by model_build_id desc limit 1",
            [SCOPE],
        ).fetchone()
    return Build(*row) if row else None


def _drop_workings(settings: Settings) -> None:
    """Drop what the figures were worked out from: rows about children."""
    with connect(settings, Role.TRANSFORMER, autocommit=True) as connection:
        connection.execute(
            sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(f"intermediate{SUFFIX}"))
        )
