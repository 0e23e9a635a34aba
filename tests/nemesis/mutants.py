"""The product with one of its locks or constraints taken away: each is what the nemesis has to find.

A mutant is put on in the process of a step, and on the copy of the database that a schedule is played on; nothing
in the product knows of it. What stands behind a lock is only asked when the lock is gone, so there it goes too.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg

import ingestion.backup.ledger_file
import ingestion.check.run
import ingestion.collect.archive
import ingestion.collect.run
import ingestion.decide
import ingestion.feedback.report
import ingestion.model.build
import ingestion.outbox
from ingestion.model import schemas
from ingestion.settings import Settings
from ingestion.warehouse import decisions
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.states import State


@dataclass(frozen=True)
class Mutant:
    """What is taken away: in the steps, by a function, and in the database, by statements; and how it shows."""

    apply: Callable[[], None] = lambda: None
    statements: tuple[str, ...] = ()
    shows: str = ""


UNCHANGED = Mutant()


@contextmanager
def _unlocked(settings: Settings, role: Role, step: str) -> Iterator[psycopg.Connection]:
    with connect(settings, role) as connection:
        yield connection


def without_step_locks() -> None:
    """Collecting, checking and deciding go on beside a second copy."""
    for module in (ingestion.collect.run, ingestion.check.run, ingestion.decide):
        module.one_at_a_time = _unlocked  # type: ignore[attr-defined]
    ingestion.decide.take_step = lambda *_: None


def without_build_lock() -> None:
    """Two builds write into the same next schemas."""
    ingestion.model.build.one_at_a_time = _unlocked


def without_fence() -> None:
    """What a step writes in the end is written though it has lost its lock."""
    real = ingestion.check.run.one_at_a_time

    @contextmanager
    def locked_elsewhere(settings: Settings, role: Role, step: str) -> Iterator[psycopg.Connection]:
        lost = contextlib.suppress(psycopg.OperationalError)
        with lost, real(settings, role, step), connect(settings, role) as connection:
            yield connection

    for module in (ingestion.check.run, ingestion.decide, ingestion.model.build):
        module.one_at_a_time = locked_elsewhere  # type: ignore[attr-defined]
    for module in (ingestion.check.run, ingestion.model.build):
        module.require_lock = lambda _: None  # type: ignore[attr-defined]


def without_one_decision() -> None:
    """Whoever decides does not ask whether it was decided meanwhile."""
    without_step_locks()
    real = decisions._write

    def write(
        connection: psycopg.Connection, verdict: Any, by: str, moment: Any, _: Any, comes_into_force: bool
    ) -> None:
        connection.execute(
            "insert into ledger.decision (submission_id, from_state, to_state, decided_at, decided_by, reason)"
            " values (%s, 'received', %s, %s, %s, %s)",
            [verdict.submission_id, verdict.state.value, moment, by, verdict.reason],
        )
        connection.execute(
            "update ledger.submission set state = %s, is_in_force = %s where submission_id = %s",
            [verdict.state.value, comes_into_force, verdict.submission_id],
        )

    def only_first(
        connection: psycopg.Connection, verdict: Any, by: str, moment: Any, states: Any, force: bool
    ) -> None:
        (write if states == {State.RECEIVED} else real)(connection, verdict, by, moment, states, force)

    decisions._write = only_first


def without_order() -> None:
    """Decisions may be committed in another order than they are numbered in."""
    decisions.take_step = lambda *_: None


def without_swap_transaction() -> None:
    """Each schema changes its place by itself."""
    real = schemas._rename

    def rename(connection: psycopg.Connection, name: str, new_name: str) -> None:
        real(connection, name, new_name)
        connection.commit()

    schemas._rename = rename


def without_whole_files() -> None:
    """A page is written where it is read."""

    def write_there(path: Path, write: Callable[[IO[bytes]], object]) -> bool:
        ingestion.outbox.make_private_folder(path.parent)
        with ingestion.outbox.open_private(path) as file:
            write(file)
        return True

    for module in (ingestion.outbox, ingestion.feedback.report, ingestion.backup.ledger_file):
        module.stream_if_changed = write_there  # type: ignore[attr-defined]


def without_decision_fence() -> None:
    """A build takes in what is decided while it runs."""
    real = ingestion.model.build.run_dbt

    def run_dbt(*arguments: Any, until_decision: int | None = None, **named: Any) -> Any:
        return real(*arguments, until_decision=None, **named)

    ingestion.model.build.run_dbt = run_dbt


def without_revert() -> None:
    """When a version is taken out of force, the one before it does not come back."""
    decisions._bring_back = lambda *_: None


def without_hash_check() -> None:
    """The archive keeps what it is given, under the name it was told."""
    real = ingestion.collect.archive._copy

    def copy(source: IO[bytes], target: Path) -> str:
        real(source, target)
        return target.name.partition(".")[0]

    ingestion.collect.archive._copy = copy


MUTANTS: Mapping[str, Mutant] = {
    "step locks": Mutant(without_step_locks),
    "fence of a lost lock": Mutant(without_fence),
    "unique finding": Mutant(
        without_step_locks, ("drop index ledger.uq_finding_once",), shows="a finding stands twice"
    ),
    "one decision": Mutant(
        without_one_decision, ("drop index ledger.uq_decision_first",), shows="a version was first decided twice"
    ),
    "decisions in their order": Mutant(without_order),
    "build lock": Mutant(without_build_lock),
    "swap in one transaction": Mutant(without_swap_transaction),
    "files by renaming": Mutant(without_whole_files, shows="a page of the outbox is there by half"),
    "decision noted at the start of a build": Mutant(without_decision_fence),
    "quarantine brings back": Mutant(without_revert),
    "hash of what is archived": Mutant(without_hash_check, shows="a file of the archive has other bytes"),
}
