"""Builds of the models: the crosswalk before the first check, and the marts after a decision."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from psycopg import sql

from ingestion.collect.published_layouts import keep_layouts
from ingestion.model.dbt import DbtRun, run_dbt, variables_of
from ingestion.model.schemas import NEXT, Build, Published, build_that_is_read, prepare_next_schemas, publish
from ingestion.returns.catalogue import catalogue, published_returns
from ingestion.settings import DBT_PROJECT, RETURNS, Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.ledger import BAD_STATES, GOOD_STATES
from ingestion.warehouse.step_lock import one_at_a_time

# The step that only one process takes at a time.
BUILD = "build"

# Builds have their own place for what dbt has parsed: with other variables it parses all anew.
ROOM = "dbt_build"
INTO_NEXT_SCHEMAS = {"schema_suffix": NEXT}

# The models that the checks read: the crosswalks and the views that apply them to the raw cells.
CROSSWALK = (
    "tag:crosswalk", "path:models/staging/*/base", "path:models/staging/reference",
)  # fmt: skip

# Excluded from a build of the changes alone: the definitions, which have not changed, and the tests of them.
# Keys, types, NOT NULL and lists of values of the marts are enforced by the database at every write.
HELD_BY_THE_FULL_BUILD = (*CROSSWALK, "path:tests/definitions", "test_type:generic")


def prepare_crosswalk(settings: Settings) -> bool:
    """Build what the checks need before a return is checked; return False when it exists already."""
    digest = definitions_digest(settings)
    if _has_crosswalk(settings, digest):
        return False
    with one_at_a_time(settings, Role.TRANSFORMER, BUILD):
        if not _has_crosswalk(settings, digest):
            _build_crosswalk(settings, digest)
    return True


def _has_crosswalk(settings: Settings, digest: str) -> bool:
    with connect(settings, Role.LOADER) as connection:
        known = connection.execute(
            "select 1 from ledger.model_build where definitions_digest = %s limit 1", [digest]
        ).fetchone()
    return known is not None


def _build_crosswalk(settings: Settings, digest: str) -> None:
    _analyse_sources(settings)
    _keep_all_layouts(settings)
    # Definitions have changed: a seed may have other columns than its table from an earlier version.
    # Cautious: only the tests that need nothing but the crosswalk; the marts may not exist yet.
    run_dbt(
        settings,
        "build", "--quiet", "--full-refresh", "--indirect-selection", "cautious",
        "--exclude-resource-type", "unit_test", "--select", *CROSSWALK,
        room=ROOM, variables=INTO_NEXT_SCHEMAS,
    )  # fmt: skip
    with connect(settings, Role.LOADER) as connection:
        connection.execute(
            "insert into ledger.model_build (scope, last_decision_id, definitions_digest)"
            " values ('crosswalk', %s, %s)",
            [_last_decision(settings), digest],
        )


def definitions_digest(settings: Settings, project: Path = DBT_PROJECT) -> str:
    """Hash models, seeds, macros, layouts and settings with SHA-256: figures built from others are out of date."""
    digest = hashlib.sha256(json.dumps(variables_of(settings, project), sort_keys=True).encode())
    rooms = [(project / name, "*") for name in ("models", "seeds", "macros", "materializations")]
    for room, pattern in [*rooms, (RETURNS, "*.yaml")]:
        for path in sorted(room.rglob(pattern)):
            if path.is_file():
                digest.update(f"{room.name}/{path.relative_to(room)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def build_marts(settings: Settings, full: bool = False, project: Path = DBT_PROJECT) -> int:
    """Build and test everything from the seeds to the marts; return the last decision that is included.

    Only the figures of returns decided since the last build are written anew, unless a definition has
    changed since, or `full` is set. The decision is read before the build: one that comes in while it runs
    is left for the next build. Readers see the build when all its tests have passed, and nothing of it before.
    """
    with one_at_a_time(settings, Role.TRANSFORMER, BUILD) as connection:
        plan = _plan(settings, full, project)
        started_at = datetime.now(UTC)
        run = _run_build(settings, plan, project)
        publish(connection, Published(plan.build, plan.is_full, started_at, run.tests))
    if plan.is_full:
        # What was read before has other definitions: it is made ready now, not when the next return is waiting.
        with one_at_a_time(settings, Role.TRANSFORMER, BUILD):
            prepare_next_schemas(settings, anew=False, definitions_digest=plan.build.definitions_digest)
    return plan.build.last_decision_id


@dataclass(frozen=True)
class _Plan:
    """What a build will be of, and the last decision that the schemas it writes into already hold."""

    build: Build
    since_decision: int
    is_full: bool


def _plan(settings: Settings, full: bool, project: Path) -> _Plan:
    """Read the ledger and make the next schemas ready."""
    build = Build(_last_decision(settings), definitions_digest(settings, project))
    read = build_that_is_read(settings)
    is_full = full or read is None or read.definitions_digest != build.definitions_digest
    since = prepare_next_schemas(settings, anew=is_full, definitions_digest=build.definitions_digest)
    return _Plan(build, since, is_full)


def _run_build(settings: Settings, plan: _Plan, project: Path) -> DbtRun:
    _keep_all_layouts(settings)
    _analyse_sources(settings)
    # Unit tests try the definitions on invented rows; they belong to the test suite, not to every load.
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    if plan.is_full:
        arguments += ["--full-refresh"]
    else:
        # What dbt writes about the project is there since the last full build.
        excluded = _left_out(settings, plan.since_decision)
        arguments += ["--no-write-json", "--exclude-resource-type", "seed", "--exclude", *excluded]
    return run_dbt(
        settings, *arguments, project=project, room=ROOM, variables=INTO_NEXT_SCHEMAS,
        since_decision=plan.since_decision, until_decision=plan.build.last_decision_id,
    )  # fmt: skip


def _left_out(settings: Settings, since_decision: int) -> list[str]:
    """List the exclusions of a build of the changes: definitions, and models of returns without new decisions."""
    anything = (*GOOD_STATES, *BAD_STATES)
    published = [layout.code for layout in published_returns()]
    about_persons = [layout.code for layout in catalogue().values() if layout.is_person_level]
    left_out = list(HELD_BY_THE_FULL_BUILD)
    if not _decided_since(settings, since_decision, published, anything):
        left_out.append("tag:published")
    if not _decided_since(settings, since_decision, about_persons, anything):
        left_out.append("tag:children")
    return left_out


def decided_since_build(settings: Settings, return_codes: list[str], states: tuple[str, ...]) -> bool:
    """Return True if a submission of these returns got one of these states since the build that is read."""
    read = build_that_is_read(settings)
    return _decided_since(settings, read.last_decision_id if read else 0, return_codes, states)


def _decided_since(settings: Settings, decision: int, return_codes: list[str], states: tuple[str, ...]) -> bool:
    with connect(settings, Role.LOADER) as connection:
        found = connection.execute(
            """
            select 1
            from ledger.decision
            inner join ledger.submission on decision.submission_id = submission.submission_id
            where
                submission.return_code = any(%s)
                and decision.to_state = any(%s)
                and decision.decision_id > %s
            limit 1
            """,
            [return_codes, list(states), decision],
        ).fetchone()
    return found is not None


def marts_are_behind(settings: Settings) -> bool:
    """Return True if something has been decided, or a definition changed, since the build that is read."""
    read = build_that_is_read(settings)
    last_decision = _last_decision(settings)
    if read is None:
        return last_decision > 0
    return read.last_decision_id < last_decision or definitions_have_changed(settings)


def definitions_have_changed(settings: Settings) -> bool:
    """Return True if what is read was built from other definitions than this version's, or not at all."""
    read = build_that_is_read(settings)
    return read is None or read.definitions_digest != definitions_digest(settings)


def _keep_all_layouts(settings: Settings) -> None:
    """Store the layouts of this version: a file may have been collected with an earlier one."""
    with connect(settings, Role.LOADER) as connection:
        keep_layouts(connection, published_returns())


def _analyse_sources(settings: Settings) -> None:
    """Analyse the tables just loaded; otherwise the planner takes them to be empty."""
    raw_tables = sorted({name for layout in catalogue().values() for name in layout.raw_tables})
    names = [("raw", table) for table in raw_tables]
    names += [("ledger", table) for table in ("submission", "submission_file", "finding")]
    with connect(settings, Role.LOADER) as connection:
        for name in names:
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(*name)))


def _last_decision(settings: Settings) -> int:
    with connect(settings, Role.LOADER) as connection:
        (number,) = connection.execute("select coalesce(max(decision_id), 0) from ledger.decision").fetchone() or (
            0,
        )
    return int(number)
