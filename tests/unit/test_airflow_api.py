"""What is made of Airflow's own word on its health."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from ingestion.errors import ClubError
from ingestion.operation import airflow_api
from ingestion.operation.airflow_api import HEALTHY_PARTS, SCHEDULER_SILENT_SECONDS, AirflowApi

WELL = {part: {"status": "healthy"} for part in HEALTHY_PARTS}


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(airflow_api, "time", clock)
    return clock


def answering(answer: Callable[[], Any]) -> AirflowApi:
    """A client of an Airflow that says this of its health."""
    api = AirflowApi("http://airflow", "admin", "")
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answer()))
    api._client = httpx.Client(base_url="http://airflow", transport=transport)
    return api


def with_heartbeats(heartbeats: Iterator[str]) -> AirflowApi:
    return answering(lambda: {"scheduler": {"latest_scheduler_heartbeat": next(heartbeats)}})


def test_a_scheduler_that_gives_signs_of_life_is_waited_for(clock: Clock) -> None:
    api = with_heartbeats(iter(["12:00:00", "12:00:00", "12:02:00", "12:02:00"]))
    for _ in range(4):
        api.require_scheduler()
        clock.now += SCHEDULER_SILENT_SECONDS - 1


def test_one_that_gives_none_is_not(clock: Clock) -> None:
    api = with_heartbeats(iter(["12:00:00"] * 3))
    api.require_scheduler()
    clock.now += SCHEDULER_SILENT_SECONDS
    api.require_scheduler()
    clock.now += 1
    with pytest.raises(ClubError, match=r"no sign of life for 120 seconds.*Run the command again"):
        api.require_scheduler()


def test_nor_is_an_airflow_that_does_not_answer(clock: Clock) -> None:
    api = answering(lambda: pytest.fail("it does not answer"))

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    api._client = httpx.Client(base_url="http://airflow", transport=httpx.MockTransport(refuse))
    api.require_scheduler()
    clock.now += SCHEDULER_SILENT_SECONDS + 1
    with pytest.raises(ClubError, match="no sign of life"):
        api.require_scheduler()
    assert not api.is_healthy()


@pytest.mark.parametrize("part", HEALTHY_PARTS)
def test_airflow_is_well_when_all_its_parts_are(part: str) -> None:
    assert answering(lambda: WELL).is_healthy()
    assert not answering(lambda: WELL | {part: {"status": "unhealthy"}}).is_healthy()
    assert not answering(lambda: {name: said for name, said in WELL.items() if name != part}).is_healthy()
