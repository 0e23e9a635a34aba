"""From the archive alone, behind retention: what it took away is named and quarantined, all else is as it was.

Two small builds and a full one of its own.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.backup.ledger_file import LEDGER_FILE, ledger_file_of, write_ledger_file
from ingestion.cli.app import app
from ingestion.decide import ARCHIVE, quarantine
from ingestion.model.build import build_marts
from ingestion.retention import purge_children
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.secrets import SECRETS_FILE
from ingestion.warehouse.server import EmbeddedServer
from samples import write_child_samples
from tests.conftest import empty_warehouse, rows_of, run_road
from tests.support.checksums import checksums
from tests.support.returns import sample_return
from tests.support.warehouses import settings_in, walkable

PURGED = ("dudley ssda903 2023-24 (submission 3)", "dudley ssda903 2024-25 (submission 4)")
OF_FORMS = "basis = 'submitted' and authority_code in ('dudley', 'walsall') and period_code = '2006-07'"


@dataclass(frozen=True)
class Rebuilt:
    """The warehouse that retention went through, what the command said, and what it made elsewhere."""

    before: Settings
    after: Settings
    forms_before: list[str]
    said: str


@pytest.fixture(scope="module")
def rebuilt(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rebuilt]:
    """Take in forms and returns about children, let retention take the latter, and rebuild from the archive."""
    before = empty_warehouse(settings_in(prepared_home, tmp_path_factory.mktemp("landing")))
    for authority in ("dudley", "walsall"):
        sample_return(authority, "2006-07").deliver(before)
    write_child_samples(Path(before.landing), children=5, authorities=["dudley"], periods=["2023-24", "2024-25"])
    for return_code in ("pss_ex1", "ssda903"):
        run_road(before, return_code)
    build_marts(before)
    forms = figures(before)
    assert len(purge_children(before, days=0).submissions) == len(PURGED)
    write_ledger_file(before, ledger_file_of(before))

    after = settings_in(walkable(tmp_path_factory.mktemp("rebuilt")) / "home")
    after.home.mkdir()
    shutil.copytree(before.archive, after.archive)
    for name in (LEDGER_FILE, SECRETS_FILE):
        shutil.copy(before.home / name, after.home)
    surroundings = {"CLUB_HOME": str(after.home), "LANDING_ZONE": after.landing, "WAREHOUSE_URL": None}
    done = CliRunner().invoke(app, ["rebuild", "--from-archive"], env=surroundings)
    assert done.exit_code == 0, done.output
    yield Rebuilt(before, after, forms, " ".join(done.output.split()))
    EmbeddedServer(after).stop()


def figures(settings: Settings) -> list[str]:
    """Return the figures of both forms, number by number."""
    with connect(settings, Role.ANALYST) as connection:
        return rows_of(connection, "marts.fct_measure", OF_FORMS)


def test_the_returns_whose_rows_are_gone_are_named(rebuilt: Rebuilt):
    assert "Retention took the rows about children away, and only a backup has them: " in rebuilt.said
    assert all(whose in rebuilt.said for whose in PURGED)
    assert "Read 2 submissions" in rebuilt.said


def test_they_are_quarantined_with_the_reason_and_nothing_else_is(rebuilt: Rebuilt):
    with connect(rebuilt.after, Role.LOADER) as connection:
        stands = connection.execute(
            """
            select distinct on (submission_id)
                return_code, state, is_in_force, decision.decided_by, decision.reason
            from ledger.submission inner join ledger.decision using (submission_id)
            order by submission_id, decision_id desc
            """
        ).fetchall()
    gone = ("ssda903", "quarantined", False, ARCHIVE, "retention took its rows away before they were read again")
    assert [row for row in stands if row[0] == "ssda903"] == [gone, gone]
    assert {row[2:4] for row in stands if row[0] == "pss_ex1"} == {(True, "rules")}


def test_the_figures_of_the_others_are_as_they_were(rebuilt: Rebuilt):
    assert len(rebuilt.forms_before) > 100
    assert figures(rebuilt.after) == rebuilt.forms_before


def test_every_table_is_as_if_the_returns_had_been_quarantined_where_they_were(rebuilt: Rebuilt):
    """By checksum, and but for the pseudonymised rows, which only the warehouse of before still has."""
    with connect(rebuilt.before, Role.LOADER) as connection:
        numbers = connection.execute(
            "select submission_id from ledger.submission where return_code = 'ssda903'"
        ).fetchall()
    reason = "retention took its rows away before they were read again"
    quarantine(rebuilt.before, {number: reason for (number,) in numbers}, ARCHIVE)
    build_marts(rebuilt.before)
    expected, found = checksums(rebuilt.before), checksums(rebuilt.after)
    assert sum(sum_ is not None for sum_ in expected.values()) > 50
    other = [name for name in expected if found.get(name) != expected[name]]
    assert [name for name in other if not name.startswith("pseudonymised.")] == []
