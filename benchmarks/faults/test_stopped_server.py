"""A server that stops twice in a collection, at once and with rows under way."""

import pytest

from benchmarks.faults.conftest import served, stop_at_once
from ingestion.warehouse.server import EmbeddedServer
from tests.conftest import run_road
from tests.integration.test_killed import Outcome, deliver, loader_amid_its_copy, outcome, undisturbed
from tests.support.warehouses import Warehouses, walkable

__all__ = ["undisturbed"]


def test_a_server_that_stops_twice_in_a_collection_has_nothing_by_halves(
    undisturbed: Outcome, warehouses: Warehouses, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = walkable(tmp_path_factory.mktemp("home"))
    warehouses.put_empty(home)
    with served(home) as settings:
        deliver(settings)
        for sender in ("birmingham", "dudley"):
            with loader_amid_its_copy(settings, sender):
                stop_at_once(settings)
            EmbeddedServer(settings).start()
            assert outcome(settings) == Outcome([], [], [], [])
        run_road(settings)
        assert outcome(settings) == undisturbed
