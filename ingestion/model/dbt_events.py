"""What dbt tells of a run: it writes a message for each step of each node; here only those that somebody hears."""

from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

QUIET = (EventLevel.DEBUG, EventLevel.TEST)


class HeardEvents(EventManager):
    """Events without the messages that no logger writes: a tenth of dbt's own work in a small build.

    dbt's own callback waits for a warning; none of ours is registered.
    """

    def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *more: Any, **named: Any) -> None:
        """Tell of an event if a logger is there for its level."""
        if (level or e.level_tag()) in QUIET and not any(logger.level in QUIET for logger in self.loggers):
            return
        super().fire_event(e, level, *more, **named)


def tell_only_what_is_heard() -> None:
    """Let dbt do so, in this process."""
    ctx_set_event_manager(HeardEvents())
