"""Every step begun twice at twenty offsets, and stopped for a minute and a half while a second copy is begun."""

import psycopg
import pytest

from benchmarks.faults.conftest import Pending
from ingestion.model.build import build_marts
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.integration import test_doubled_steps as doubled
from tests.integration.test_doubled_steps import HALTS, Halt, delivered, run_while_halted
from tests.support.checksums import checksums

__all__ = ["delivered"]

# From none to ten seconds.
OFFSETS = tuple(round(turn * 10 / 19, 2) for turn in range(20))
STOPPED_SECONDS = 90.0

BUILD = Halt(build_marts, "ingestion.model.build.publish", lambda _: None, lambda _: None)


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_return_collected_twice_is_one_version(
    delivered: Settings, loader: psycopg.Connection, offset: float
) -> None:
    doubled.test_a_return_collected_twice_is_one_version(delivered, loader, offset)


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_return_checked_and_decided_twice_has_its_findings_and_its_decision_once(
    delivered: Settings, loader: psycopg.Connection, offset: float
) -> None:
    doubled.test_a_return_checked_and_decided_twice_has_its_findings_and_its_decision_once(
        delivered, loader, offset
    )


@pytest.mark.parametrize("loses_its_lock", [False, True])
@pytest.mark.parametrize("name", HALTS)
def test_a_step_that_was_stopped_for_long_leaves_what_one_run_leaves(
    delivered: Settings, loader: psycopg.Connection, name: str, loses_its_lock: bool
) -> None:
    ended = run_while_halted(
        delivered, loader, HALTS[name], loses_its_lock=loses_its_lock, seconds=STOPPED_SECONDS
    )
    assert ended == 0 or loses_its_lock


@pytest.mark.parametrize("loses_its_lock", [False, True])
def test_a_build_that_was_stopped_for_long_leaves_what_one_build_leaves(
    pending: Pending, undisturbed: dict[str, str | None], loses_its_lock: bool
) -> None:
    """Stopped before the schemas change places: without its lock it may not change them any more."""
    with pending() as settings, connect(settings, Role.LOADER) as loader:
        ended = run_while_halted(settings, loader, BUILD, loses_its_lock=loses_its_lock, seconds=STOPPED_SECONDS)
        assert (ended == 0) != loses_its_lock
        assert checksums(settings) == undisturbed


@pytest.mark.parametrize("offset", OFFSETS)
def test_the_marts_built_twice_at_once_are_those_built_once(sample_warehouse: Settings, offset: float) -> None:
    doubled.build_twice(sample_warehouse, offset)
