"""What a build starts from: the definitions and their digest, the tables that were loaded, the last decision."""

import hashlib
import json
from pathlib import Path

from psycopg import sql

from ingestion.collect.published_layouts import keep_layouts
from ingestion.model.dbt import variables_of
from ingestion.model.schemas import NEXT, SCHEMAS
from ingestion.returns.catalogue import catalogue
from ingestion.settings import DBT_PROJECT, RETURNS, Settings
from ingestion.warehouse.connection import Role, connect

# The step that only one process takes at a time.
BUILD = "build"

# Builds have their own place for what dbt has parsed: with other variables it parses all anew.
ROOM = "dbt_build"
INTO_NEXT_SCHEMAS = {"schema_suffix": NEXT}


def definitions_digest(settings: Settings, project: Path = DBT_PROJECT) -> str:
    """Hash models, seeds, macros, layouts and settings with SHA-256: figures built from others are out of date."""
    digest = hashlib.sha256(json.dumps(variables_of(settings, project), sort_keys=True).encode())
    rooms = [(project / name, "*") for name in ("models", "seeds", "macros", "materializations")]
    for room, pattern in [*rooms, (RETURNS, "*.yaml")]:
        for path in sorted(room.rglob(pattern)):
            if path.is_file():
                digest.update(f"{room.name}/{path.relative_to(room)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def keep_all_layouts(settings: Settings) -> None:
    """Store the layouts of this version: a file may have been collected with an earlier one."""
    with connect(settings, Role.LOADER) as connection:
        keep_layouts(connection, catalogue().values())


def analyse_sources(settings: Settings) -> None:
    """Analyse the tables just loaded; otherwise the planner takes them to be empty."""
    raw_tables = sorted({name for layout in catalogue().values() for name in layout.raw_tables})
    names = [("raw", table) for table in raw_tables]
    names += [("ledger", table) for table in ("submission", "submission_file", "finding")]
    with connect(settings, Role.LOADER) as connection:
        for name in names:
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(*name)))


def views_stand(settings: Settings) -> bool:
    """Return True if every view that is read stands in the next schemas too: a copy of tables has none yet."""
    with connect(settings, Role.TRANSFORMER) as connection:
        missing = connection.execute(
            "select viewname from pg_views as views where schemaname = any(%(read)s) and not exists (select from"
            " pg_views as others where others.schemaname = views.schemaname || %(next)s"
            " and others.viewname = views.viewname) limit 1",
            {"read": list(SCHEMAS), "next": NEXT},
        ).fetchone()
    return missing is None


def last_decision(settings: Settings) -> int:
    """Return the number of the last decision on a submission; 0 where there is none."""
    with connect(settings, Role.LOADER) as connection:
        (number,) = connection.execute("select coalesce(max(decision_id), 0) from ledger.decision").fetchone() or (
            0,
        )
    return int(number)
