"""What is announced of a build and of decisions: submissions, rows and tests; nothing out of a return."""

from typing import Any

import psycopg
import structlog
from psycopg import sql

from ingestion.errors import ClubError
from ingestion.model.changes import decided_between
from ingestion.model.schemas import build_that_is_read, facts_of_build
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()


def decided_since_build(settings: Settings, return_codes: list[str], states: tuple[str, ...]) -> list[int]:
    """List the submissions of these returns that got one of these states since the build that is read."""
    read = build_that_is_read(settings)
    after = read.last_decision_id if read else 0
    return decided_between(settings, after, return_codes=return_codes, states=states)


def build_in_short(settings: Settings) -> dict[str, Any]:
    """Return number, last decision and tests of the build that is read."""
    facts = facts_of_build(settings) or {}
    return {name: facts.get(name) for name in ("build_id", "last_decision_id", "tests")}


def facts_to_tell(settings: Settings, schema: str, after: int | None = None) -> dict[str, Any]:
    """Return the build that is read with the rows of each table of a schema; none where they cannot be read.

    The build is read by now: whoever waits for it is told without them rather than not at all.

    Args:
        settings: where the warehouse is.
        schema: `marts` or `sharing`.
        after: where submissions are told, too: those decided after this decision.
    """
    try:
        facts = build_in_short(settings) | {"rows": count_rows(settings, schema)}
        return facts if after is None else facts | {"submission_ids": decided_between(settings, after)}
    except (psycopg.Error, ClubError) as error:
        log.warning("a build is announced without its facts", schema=schema, reason=str(error))
        return {}


def count_rows(settings: Settings, schema: str) -> dict[str, int]:
    """Count the rows of every table of a schema that is read."""
    with connect(settings, Role.ANALYST) as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = %s order by 1", [schema]
        ).fetchall()
        counts = {}
        for (table,) in tables:
            query = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
            (counts[table],) = connection.execute(query).fetchone() or (0,)
    return counts
