"""Builds that are killed at ten moments, or whose server is stopped, and a reader that polls throughout."""

import pytest

from benchmarks.faults.conftest import Pending, stop_at_once
from ingestion.model.build import build_marts
from ingestion.warehouse.server import EmbeddedServer
from tests.support.checksums import checksums
from tests.support.disturbed_builds import (
    AMID,
    BEFORE,
    COMMITTED,
    UNCOMMITTED,
    Moment,
    build_at,
    reader_that_polls,
    state,
)

MOMENTS = (1, 5, 10, 20, 30, 40, BEFORE, AMID, UNCOMMITTED, COMMITTED)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_build_is_read_whole_or_not_at_all_and_made_up_for(
    pending: Pending, undisturbed: dict[str, str | None], moment: Moment
) -> None:
    with pending() as settings:
        before = state(settings)
        with reader_that_polls(settings) as seen:
            with build_at(settings, moment) as build:
                build.kill()
            killed = state(settings)
            build_marts(settings)
        after = state(settings)
        assert (killed == before) == (moment != COMMITTED)
        assert before[2] != after[2]
        assert before in seen() and seen() <= {before, killed, after}
        assert checksums(settings) == undisturbed


def test_a_server_that_stops_twice_in_a_build_changes_nothing_that_is_read(
    pending: Pending, undisturbed: dict[str, str | None]
) -> None:
    with pending() as settings:
        before = state(settings)
        with reader_that_polls(settings, server_stops=True) as seen:
            for tables in (5, 20):
                with build_at(settings, tables):
                    stop_at_once(settings)
                EmbeddedServer(settings).start()
                assert state(settings) == before
            build_marts(settings)
        assert seen() <= {before, state(settings)}
        assert checksums(settings) == undisturbed
