"""The database of an authority's own check: made once for each version, copied for each check."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.operation import check_database as databases
from ingestion.operation.check_database import check_database
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.throwaway import CheckServer


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the user."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "club-check"


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Settings]]:
    """The databases that were filled, with a single row instead of roles and crosswalk, which take long."""
    done: list[Settings] = []

    def fill(server: CheckServer, settings: Settings) -> None:
        done.append(settings)
        with connect(settings, Role.ADMIN) as connection:
            connection.execute("create table crosswalk as select 1 as line")

    monkeypatch.setattr(databases, "_fill", fill)
    return done


def add_line() -> list[int]:
    """Add a line to the database of a check, and return all of them."""
    with check_database(lambda _: None) as settings, connect(settings, Role.ADMIN) as connection:
        connection.execute("insert into crosswalk select max(line) + 1 from crosswalk")
        return [line for (line,) in connection.execute("select line from crosswalk order by line").fetchall()]


def test_it_is_made_once_and_a_check_changes_nothing_for_the_next_one(cache: Path, filled: list[Settings]):
    assert add_line() == [1, 2]
    assert add_line() == [1, 2]
    assert len(filled) == 1


def test_what_is_kept_is_for_its_owner_alone(cache: Path, filled: list[Settings]):
    add_line()
    (kept,) = (each for each in cache.iterdir() if each.is_dir())
    assert cache.stat().st_mode & 0o077 == 0
    assert (kept / "secrets.json").stat().st_mode & 0o077 == 0
    assert len(list((kept / "pgdata" / "base").iterdir())) == 1  # the warehouse, and none of PostgreSQL's own


def test_another_version_makes_another_and_leaves_the_one_before(
    cache: Path, filled: list[Settings], monkeypatch: pytest.MonkeyPatch
):
    for version in ("one", "two", "three"):
        monkeypatch.setattr(databases, "_digest", lambda version=version: version)
        add_line()
    assert len(filled) == 3
    assert {each.name for each in cache.iterdir() if each.is_dir()} == {"two", "three"}


def test_an_account_that_can_keep_nothing_checks_all_the_same(
    tmp_path: Path, filled: list[Settings], monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert add_line() == [1, 2]
    assert add_line() == [1, 2]
    assert len(filled) == 2


def test_whatever_the_database_is_made_from_changes_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "models").mkdir()
    model = tmp_path / "models" / "lines.sql"
    model.write_text("select 1")
    monkeypatch.setattr(databases, "_MADE_FROM", (tmp_path / "models",))
    monkeypatch.setattr(databases, "DEFINITIONS", tmp_path)
    before = databases._digest()
    model.write_text("select 2")
    assert databases._digest() != before
