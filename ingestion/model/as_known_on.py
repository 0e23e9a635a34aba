"""The marts as they stood at a moment: the same models over the ledger as it was then, in a schema of their own.

The marts of today are neither read nor touched. The models on the way to the marts get schemas of their own too,
which are dropped once the marts are built: they hold rows about single children.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
import structlog
from psycopg import sql

from ingestion.errors import ClubError
from ingestion.model.build import definitions_have_changed
from ingestion.model.dbt import run_dbt
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect, role_name
from ingestion.warehouse.roles import READERS, reading_rights
from ingestion.warehouse.step_lock import never_twice

log = structlog.get_logger()

ON_THE_WAY = ("staging", "intermediate")


# They are counted of what is known now.
READINGS = "path:models/marts/readings"


@dataclass(frozen=True)
class Moment:
    """The moment of which the models show the state, and the suffix of the schemas built for it."""

    at: datetime
    suffix: str

    @property
    def schema(self) -> str:
        """The schema of the marts."""
        return f"marts{self.suffix}"


def moment_of(settings: Settings, text: str) -> Moment:
    """Parse `2026-03-31` (the whole day, with what was accepted on it) or `2026-03-31T14:05`.

    A time without an offset is in the database's time zone, as in its own functions.

    Raises:
        ClubError: it is neither a date nor a time.
    """
    day = _day(text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ClubError(f"'{text}' is neither a date (2026-03-31) nor a time (2026-03-31T14:05).") from None
    with connect(settings, Role.TRANSFORMER) as connection:
        (at,) = connection.execute(
            "select case when %s then %s::timestamptz + interval '1 day' - interval '1 microsecond'"
            " else %s::timestamptz end",
            [day is not None, time.isoformat(), time.isoformat()],
        ).fetchone() or (time,)
    name = f"{day:%Y_%m_%d}" if day else f"{at:%Y_%m_%d_%H%M%S}{f'_{at:%f}' if at.microsecond else ''}"
    return Moment(at, f"_as_known_on_{name}")


def build_as_known_on(settings: Settings, moment: Moment) -> None:
    """Build all marts as they stood, anew if they were built before, and grant the readers of the marts access.

    Raises:
        ClubError: nothing was in force then, a definition has changed since the marts were built, the same moment
            is being built by another process, or dbt failed. Nothing is left of a build that failed.
    """
    _require_something_known(settings, moment)
    if definitions_have_changed(settings):
        raise ClubError(
            "A definition has changed since the marts were built; run `club load` or `club rebuild` first."
        )
    variables = {
        "as_known_on": moment.at.isoformat(),
        "schema_suffix": moment.suffix,
        "staging_suffix": moment.suffix,
    }
    with _alone(settings, moment) as connection:
        _drop(connection, moment, *ON_THE_WAY, "marts")
        try:
            run_dbt(
                settings,
                "run", "--quiet", "--select", "+path:models/marts", "--exclude", "build", READINGS,
                room="dbt_as_known_on", variables=variables,
            )  # fmt: skip
            _open_to_readers(connection, moment)
        except BaseException:
            _drop(connection, moment, "marts")
            raise
        finally:
            _drop(connection, moment, *ON_THE_WAY)
    log.info("built", schema=moment.schema, as_known_on=moment.at.isoformat())


def drop_as_known_on(settings: Settings, moment: Moment) -> bool:
    """Drop the marts of a moment; return True if there were any."""
    with _alone(settings, moment) as connection:
        found = connection.execute("select 1 from pg_namespace where nspname = %s", [moment.schema]).fetchone()
        _drop(connection, moment, *ON_THE_WAY, "marts")
    return found is not None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _require_something_known(settings: Settings, moment: Moment) -> None:
    with connect(settings, Role.TRANSFORMER) as connection:
        (first,) = connection.execute(
            "select min(decided_at) from ledger.decision where to_state in ('accepted', 'accepted_with_warnings')"
        ).fetchone() or (None,)
    if first is None or first > moment.at:
        raise ClubError(
            f"Nothing was accepted by {moment.at:%Y-%m-%d %H:%M:%S}"
            + (f"; the first return was at {first:%Y-%m-%d %H:%M:%S}." if first else ", nor since.")
        )


@contextmanager
def _alone(settings: Settings, moment: Moment) -> Iterator[psycopg.Connection]:
    """Connect as the transformer, who owns the schemas, and keep other builds of the same moment out."""
    with (
        never_twice(settings, Role.TRANSFORMER, f"build {moment.schema}"),
        connect(settings, Role.TRANSFORMER, autocommit=True) as connection,
    ):
        yield connection


def _drop(connection: psycopg.Connection, moment: Moment, *rooms: str) -> None:
    for room in rooms:
        connection.execute(
            sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(f"{room}{moment.suffix}"))
        )


def _open_to_readers(connection: psycopg.Connection, moment: Moment) -> None:
    schema = sql.Identifier(moment.schema)
    connection.execute(
        sql.SQL("comment on schema {} is {}").format(
            schema, sql.Literal(f"The marts as they were known at {moment.at.isoformat(sep=' ')}")
        )
    )
    for role in READERS["marts"]:
        rights, reader = reading_rights("marts", role), sql.Identifier(role_name(role))
        connection.execute(sql.SQL("grant usage on schema {} to {}").format(schema, reader))
        connection.execute(sql.SQL("grant {} on all tables in schema {} to {}").format(rights, schema, reader))
