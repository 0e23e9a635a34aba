"""Runs of builds in the ledger: what became of each node, kept for 90 days."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import structlog

from ingestion.errors import ClubError
from ingestion.model.dbt_outcome import DbtError, MachineError, Node
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

KEPT_DAYS = 90


@dataclass(frozen=True)
class Run:
    """A run of a build: when it began, whether it was one of everything, and by which commit."""

    started_at: datetime
    is_full: bool
    revision: str | None


def note_published(connection: psycopg.Connection, run: Run, nodes: Sequence[Node], build_id: int) -> None:
    """Note a run in the transaction that lets its build be read, and forget those of more than 90 days ago."""
    _note(connection, run, nodes, build_id)
    connection.execute(
        "delete from ledger.build_run where finished_at < now() - make_interval(days => %s)", [KEPT_DAYS]
    )


@contextmanager
def failure_noted(settings: Settings, run: Run) -> Iterator[None]:
    """Note a run that fails in the block, with the nodes that did, and let the failure go on."""
    try:
        yield
    except (DbtError, MachineError) as error:
        try:
            with connect(settings, Role.TRANSFORMER) as connection:
                _note(connection, run, getattr(error, "failed", ()), None)
        except (psycopg.Error, ClubError):
            # Why the build failed is what has to be told, not that the server is down by now.
            log.warning("the failure of the build could not be noted in the ledger")
        raise


def code_revision() -> str | None:
    """Return the commit that the code stands at, `-dirty` where files differ; None without a checkout."""
    try:
        done = subprocess.run(
            ["git", "-C", str(PROJECT_ROOT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
            capture_output=True, text=True, timeout=20,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def _note(connection: psycopg.Connection, run: Run, nodes: Sequence[Node], build_id: int | None) -> None:
    (number,) = connection.execute(
        "insert into ledger.build_run (model_build_id, started_at, finished_at, is_full, revision)"
        " values (%s, %s, %s, %s, %s) returning build_run_id",
        [build_id, run.started_at, datetime.now(UTC), run.is_full, run.revision],
    ).fetchone() or (0,)
    copied = "copy ledger.build_node (build_run_id, node, kind, status, seconds, rows) from stdin"
    # Of a node that is named twice in one run, as hooks are, the last word counts.
    by_name = {node.unique_name or node.name: node for node in nodes if node.kind != "exposure"}
    with connection.cursor().copy(copied) as copy:
        for name, node in by_name.items():
            copy.write_row((number, name, node.kind, node.status, node.seconds, node.rows))
