"""One thing that is wrong."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Whether something is out of order, or in order and waiting for a person."""

    BROKEN = "broken"
    WAITING = "waiting"


@dataclass(frozen=True)
class Fault:
    """What is wrong, in one sentence without a value of a return, and the command or step that mends it."""

    code: str
    what: str
    mend: str
    kind: Kind = Kind.BROKEN


def listed(names: list[str], most: int = 3) -> str:
    """Name the first few, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
