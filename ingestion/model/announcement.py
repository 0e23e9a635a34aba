"""What is announced of a build and of decisions: submissions, rows and tests; nothing out of a return."""

from typing import Any

from psycopg import sql

from ingestion.model.schemas import build_that_is_read, facts_of_build
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

_DECIDED = """
select distinct decision.submission_id
from ledger.decision
inner join ledger.submission on decision.submission_id = submission.submission_id
where
    decision.decision_id > %(after)s
    and (%(returns)s::text[] is null or submission.return_code = any(%(returns)s))
    and (%(states)s::text[] is null or decision.to_state = any(%(states)s))
order by decision.submission_id
"""


def decided_since_build(settings: Settings, return_codes: list[str], states: tuple[str, ...]) -> list[int]:
    """List the submissions of these returns that got one of these states since the build that is read."""
    read = build_that_is_read(settings)
    return _decided(settings, read.last_decision_id if read else 0, return_codes, states)


def build_in_short(settings: Settings) -> dict[str, Any]:
    """Return number, last decision and tests of the build that is read."""
    facts = facts_of_build(settings) or {}
    return {name: facts.get(name) for name in ("build_id", "last_decision_id", "tests")}


def facts_of_marts(settings: Settings, after: int) -> dict[str, Any]:
    """Return the build that is read with the submissions decided after one decision, and the rows of each mart."""
    return build_in_short(settings) | {
        "submission_ids": _decided(settings, after, None, None),
        "rows": count_rows(settings, "marts"),
    }


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


def _decided(
    settings: Settings, after: int, return_codes: list[str] | None, states: tuple[str, ...] | None
) -> list[int]:
    chosen = {"after": after, "returns": return_codes, "states": None if states is None else list(states)}
    with connect(settings, Role.LOADER) as connection:
        return [number for (number,) in connection.execute(_DECIDED, chosen)]
