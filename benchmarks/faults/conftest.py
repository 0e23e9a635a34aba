"""The warehouses of the test suite, and one with a return that has been decided and not yet built."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from ingestion.model.build import build_marts
from ingestion.settings import Settings
from ingestion.warehouse.server import EmbeddedServer
from tests.conftest import loader, prepared_home, run_road, sample_warehouse, settings, warehouses
from tests.integration.test_incremental import send_more_hours
from tests.support.checksums import checksums
from tests.support.waiting import until
from tests.support.warehouses import Warehouses, copy_folder, settings_in, walkable

__all__ = ["loader", "prepared_home", "sample_warehouse", "settings", "warehouses"]

# A copy, in a folder of its own or the one that is given.
Pending = Callable[..., AbstractContextManager[Settings]]


@contextmanager
def served(home: Path) -> Iterator[Settings]:
    """Run the server of a state folder as long as the block runs; it may be stopped and started meanwhile."""
    settings = settings_in(home)
    EmbeddedServer(settings).start()
    try:
        yield settings
    finally:
        EmbeddedServer(settings).stop()


def stop_at_once(settings: Settings) -> None:
    """Stop the server as a failing machine does: it ends no transaction and writes no checkpoint."""
    server = EmbeddedServer(settings)
    address = server.address()
    assert address is not None
    os.kill(int((address.data_folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
    until(lambda: server.address() is None)


@pytest.fixture(scope="session")
def pending(warehouses: Warehouses, tmp_path_factory: pytest.TempPathFactory) -> Pending:
    """Copies of one warehouse that has still to be built: the samples, and a second version of one return."""
    original = walkable(tmp_path_factory.mktemp("pending"))
    warehouses.put_samples(original)
    with served(original) as settings:
        send_more_hours(Path(settings.landing), "dudley")
        run_road(settings)

    @contextmanager
    def a_copy(home: Path | None = None) -> Iterator[Settings]:
        home = home or walkable(tmp_path_factory.mktemp("copy"))
        copy_folder(original, home)
        with served(home) as settings:
            yield settings

    return a_copy


@pytest.fixture(scope="session")
def undisturbed(pending: Pending) -> dict[str, str | None]:
    """What the build comes to when nobody disturbs it."""
    with pending() as settings:
        build_marts(settings)
        return checksums(settings)
