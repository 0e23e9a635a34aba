"""Builds of the marts, after a decision."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg

from ingestion.decide import quarantine, release_quarantined
from ingestion.model.build_runs import Run, code_revision, failure_noted, note_published
from ingestion.model.changes import decided_between
from ingestion.model.crosswalk import CROSSWALK
from ingestion.model.dbt import run_dbt
from ingestion.model.dbt_outcome import DbtError, DbtRun, MachineError
from ingestion.model.inputs import (
    BUILD,
    INTO_NEXT_SCHEMAS,
    ROOM,
    analyse_sources,
    definitions_digest,
    keep_all_layouts,
    last_decision,
    views_stand,
)
from ingestion.model.lineage import tell_of_build
from ingestion.model.quarantine import find_guilty, named_by_tests, suspects_since
from ingestion.model.schemas import NEXT, Build, Published, build_that_is_read, prepare_next_schemas, publish
from ingestion.returns.catalogue import published_returns, returns_about_persons, returns_of_answers
from ingestion.settings import DBT_PROJECT, Settings
from ingestion.warehouse.connection import Role
from ingestion.warehouse.states import BAD_STATES, GOOD_STATES
from ingestion.warehouse.step_lock import RIGHTS, one_at_a_time, require_lock, take_step

# Worked out after the marts (`ingestion.model.readings`).
OF_THE_READINGS = "path:models/marts/readings/steps"

# Excluded from a build of the changes alone: the definitions, which have not changed, and the tests of them.
# Keys, types, NOT NULL, lists of values and references of the marts are enforced by the database at every write.
HELD_BY_THE_FULL_BUILD = (OF_THE_READINGS, *CROSSWALK, "path:tests/definitions", "path:seeds")


def build_marts(settings: Settings, full: bool = False, project: Path = DBT_PROJECT) -> int:
    """Build and test everything from the seeds to the marts; return the last decision that is included.

    Only the figures of returns decided since the last build are written anew, unless a definition has
    changed since, or `full` is set. The decision is read before the build: one that comes in while it runs
    is left for the next build. Readers see the build when all its tests have passed, and nothing of it before.
    Submissions that break it are quarantined, and it goes on without them.

    Raises:
        DbtError: it fails, and not because of a submission that is new in it.
        MachineError: it fails twice for want of room, memory or the server.
        ClubError: the warehouse cannot be reached, or so many submissions break it that the definitions must.
    """
    with one_at_a_time(settings, Role.TRANSFORMER, BUILD) as connection:
        started_at = datetime.now(UTC)
        plan = _plan(settings, full, project)
        # Asked now: readers wait while the build is published.
        noted = Run(started_at, plan.is_full, code_revision())
        with failure_noted(settings, noted):
            run, plan = _build_without_the_guilty(connection, settings, plan, project)
        take_step(connection, RIGHTS)
        build_id = publish(connection, Published(plan.build, plan.is_full, started_at, run.tests))
        note_published(connection, noted, run.nodes, build_id)
    tell_of_build(settings, ROOM, NEXT, plan.since_decision, plan.build.last_decision_id)
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
    # The last decision of which the figures are known to be sound: they are read.
    sound_until: int


def _plan(settings: Settings, full: bool, project: Path) -> _Plan:
    """Read the ledger, and make the tables that were loaded and the next schemas ready."""
    keep_all_layouts(settings)
    analyse_sources(settings)
    digest = definitions_digest(settings, project)
    read = build_that_is_read(settings)
    is_of_these = read is not None and read.definitions_digest == digest
    is_full = full or not is_of_these
    if is_full:
        release_quarantined(settings)
    since = prepare_next_schemas(settings, anew=is_full, definitions_digest=digest)
    sound_until = read.last_decision_id if read and is_of_these else 0
    return _Plan(Build(last_decision(settings), digest), since, is_full, sound_until)


def _build_without_the_guilty(
    held: psycopg.Connection, settings: Settings, plan: _Plan, project: Path
) -> tuple[DbtRun, _Plan]:
    """Build, quarantining the submissions that break it; return the run, and the plan with these decisions."""
    while True:
        attempt = partial(_run_build, settings, plan, project)
        try:
            return _run_patiently(attempt), plan
        except DbtError as error:
            # Two builds at once break each other, and no submission is to blame.
            require_lock(held)
            guilty = _find_guilty(settings, plan, error, attempt)
        require_lock(held)
        quarantine(settings, guilty)
        plan = replace(plan, build=replace(plan.build, last_decision_id=last_decision(settings)))


def _run_patiently(attempt: Callable[[], DbtRun]) -> DbtRun:
    """Run again after an error: one of the moment, such as a lost connection, is nobody's fault."""
    try:
        return attempt()
    except MachineError:
        pass
    except DbtError as error:
        if all(node.status == "fail" for node in error.failed):
            raise
    return attempt()


def _find_guilty(
    settings: Settings, plan: _Plan, error: DbtError, attempt: Callable[[tuple[int, ...]], DbtRun]
) -> dict[int, str]:
    everything = suspects_since(settings, 0)
    return find_guilty(
        error,
        suspects_since(settings, plan.sound_until),
        attempt,
        partial(named_by_tests, settings),
        most=max(1, int(settings.quarantine_share * len(everything))),
    )


def _run_build(settings: Settings, plan: _Plan, project: Path, left_out: tuple[int, ...] = ()) -> DbtRun:
    # Unit tests try the definitions on invented rows; they belong to the test suite, not to every load.
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    if plan.is_full:
        arguments += ["--full-refresh", "--exclude", OF_THE_READINGS]
    else:
        excluded = _excluded(settings, plan.since_decision)
        arguments += ["--exclude-resource-type", "seed"]
        if not settings.lineage:
            # What dbt writes about the project is there since the last full build.
            arguments.append("--no-write-json")
        # A view is excluded without its tests: what it shows has changed.
        arguments += ["--indirect-selection", "empty", "--exclude", *excluded]
    return run_dbt(
        settings, *arguments, project=project, room=ROOM, variables=INTO_NEXT_SCHEMAS,
        since_decision=plan.since_decision, until_decision=plan.build.last_decision_id, left_out=left_out,
    )  # fmt: skip


def _excluded(settings: Settings, since_decision: int) -> list[str]:
    """List the exclusions of a build of the changes: definitions, and models of returns without new decisions."""
    tags = {
        "tag:published": [layout.code for layout in published_returns()],
        "tag:children": returns_about_persons(),
        "tag:answers": returns_of_answers(),
    }
    unchanged = [
        tag
        for tag, return_codes in tags.items()
        if not decided_between(
            settings, since_decision, return_codes=return_codes, states=(*GOOD_STATES, *BAD_STATES)
        )
    ]
    tables = [f"{tag},config.materialized:{kind}" for tag in unchanged for kind in ("table", "incremental")]
    tests = [f"{models}+1,resource_type:test" for models in (*HELD_BY_THE_FULL_BUILD, *unchanged)]
    views = ["config.materialized:view"] if views_stand(settings) else []
    return [*HELD_BY_THE_FULL_BUILD, *tables, *tests, *views]


def marts_are_behind(settings: Settings) -> bool:
    """Return True if something has been decided, or a definition changed, since the build that is read."""
    read = build_that_is_read(settings)
    latest = last_decision(settings)
    if read is None:
        return latest > 0
    return read.last_decision_id < latest or definitions_have_changed(settings)


def definitions_have_changed(settings: Settings) -> bool:
    """Return True if what is read was built from other definitions than this version's, or not at all."""
    read = build_that_is_read(settings)
    return read is None or read.definitions_digest != definitions_digest(settings)
