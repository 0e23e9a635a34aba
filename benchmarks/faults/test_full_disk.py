"""A disk that is full under PostgreSQL itself: a step fails and says so, and with room comes to the same."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from benchmarks.faults.conftest import Pending
from ingestion.errors import ClubError
from ingestion.model.build import build_marts
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.server import EmbeddedServer
from tests.conftest import run_road, what_others_read
from tests.integration.test_incremental import send_more_hours
from tests.support.checksums import checksums
from tests.support.small_disk import SmallDisk
from tests.support.waiting import until
from tests.support.warehouses import walkable


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with SmallDisk.mounted(walkable(tmp_path)) as disk:
        if disk is None:
            pytest.skip("no file system can be mounted here")
        yield disk


def start_again(settings: Settings) -> None:
    """A server that cannot write its log stops, or recovers by itself; wait until it can be asked again."""
    EmbeddedServer(settings).start()
    until(lambda: is_up(settings))


def is_up(settings: Settings) -> bool:
    """Whether the server takes connections."""
    try:
        connect(settings, Role.LOADER).close()
    except ClubError:
        return False
    return True


# From what stops the first statement to what stops one of the last.
@pytest.mark.parametrize("free", [1, 4, 16, 48])
def test_a_build_that_finds_the_disk_full_changes_nothing_and_blames_nobody(
    pending: Pending, undisturbed: dict[str, str | None], disk: SmallDisk, free: int
) -> None:
    with pending(disk.folder / "home") as settings:
        before = what_others_read(settings)
        disk.leave_free(free)
        with pytest.raises(ClubError):
            build_marts(settings, full=True)
        disk.resize(disk.ample)
        start_again(settings)
        assert what_others_read(settings) == before
        build_marts(settings)
        assert checksums(settings) == undisturbed


def take_in_walsall(settings: Settings) -> None:
    """Collect, check and decide what Walsall has sent again, and build it."""
    run_road(settings)
    build_marts(settings)


@pytest.fixture(scope="module")
def with_walsall(pending: Pending) -> dict[str, str | None]:
    """What Walsall's return comes to when there is room."""
    with pending() as settings:
        build_marts(settings)
        send_more_hours(Path(settings.landing), "walsall")
        take_in_walsall(settings)
        return checksums(settings)


@pytest.mark.parametrize("free", [1, 2, 4])
def test_a_return_that_finds_the_disk_full_is_taken_in_when_there_is_room(
    pending: Pending, with_walsall: dict[str, str | None], disk: SmallDisk, free: int
) -> None:
    with pending(disk.folder / "home") as settings:
        build_marts(settings)
        send_more_hours(Path(settings.landing), "walsall")
        disk.leave_free(free)
        with contextlib.suppress(ClubError, psycopg.errors.DiskFull):
            take_in_walsall(settings)
        disk.resize(disk.ample)
        start_again(settings)
        take_in_walsall(settings)
        # Where a file was found is another folder here.
        found = checksums(settings)
        assert {name for name in found if found[name] != with_walsall[name]} <= {"ledger.submission_file"}
