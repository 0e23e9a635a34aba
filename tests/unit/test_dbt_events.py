"""Messages that no logger writes are not made; all others are what dbt's own manager tells."""

from io import StringIO

import pytest
from dbt.events.types import MainReportVersion
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.logger import LoggerConfig
from dbt_common.events.types import Formatting

from ingestion.model import dbt_events
from ingestion.model.dbt_events import HeardEvents


def _told(manager: EventManager, level: EventLevel) -> str:
    """Return what a logger of this level writes of an event of each level."""
    written = StringIO()
    manager.add_logger(LoggerConfig(name="told", level=level, output_stream=written))
    for each in EventLevel:
        manager.fire_event(Formatting(f"told as {each.value}"), level=each)
    manager.fire_event(MainReportVersion(version="an event of its own level", log_version=3))
    return "\n".join(line.split("  ")[-1] for line in written.getvalue().splitlines())


@pytest.mark.parametrize("level", list(EventLevel))
def test_what_is_written_is_what_dbt_itself_would_write(level: EventLevel):
    told = _told(HeardEvents(), level)
    assert told == _told(EventManager(), level)
    assert "told as error" in told


def test_no_message_is_made_that_nobody_hears(monkeypatch: pytest.MonkeyPatch):
    made: list[str] = []
    monkeypatch.setattr(EventManager, "fire_event", lambda self, e, level: made.append(level.value))
    manager = HeardEvents()
    manager.add_logger(LoggerConfig(name="told", level=EventLevel.INFO, output_stream=StringIO()))
    for each in EventLevel:
        manager.fire_event(Formatting("told"), level=each)
    assert made == ["info", "warn", "error"]
    assert {level.value for level in dbt_events.QUIET} == {"debug", "test"}
