"""The legal statuses of one period of care, in the order in which courts and parents decide."""

import random
from typing import NamedTuple

from samples.ssda903.careers import Track
from samples.ssda903.days import birthday

FREEING_ENDS = 732_310  # 30 December 2005: placement orders replace freeing orders


EMERGENCIES = frozenset({"L1", "L2"})  # police protection, emergency protection order


class Status(NamedTuple):
    """A legal status and the day on which it begins."""

    day: int
    code: str


def statuses(
    track: Track, born: int, start: int, end: int, chance: random.Random, *, is_first: bool
) -> list[Status]:
    """Return every status of a period with the day on which it begins, the first one on the first day.

    Only a child's first period begins as an emergency, so that no reader adds up the days of two emergencies.
    """
    if track is Track.ASYLUM:
        return [Status(start, "V2")]
    if track is Track.SECURE:
        on_remand = chance.random() < 0.5 and birthday(born, 12) <= start
        return [Status(start, "J1" if on_remand else "C2")]
    first = _first(track, end - start, chance)
    if first in EMERGENCIES and not is_first:
        first = "C1"
    found = [Status(start, first)]
    if first == "L1":
        found.append(Status(start + 1 + chance.randrange(2), "V2" if chance.random() < 0.4 else "C1"))
    elif first == "L2":
        found.append(Status(start + 4 + chance.randrange(8), "C1"))
    if track is Track.PARENTS and found[-1].code == "V2":
        found[-1] = Status(found[-1].day, "C1")
    if found[-1].code == "V2" and chance.random() < 0.4:
        found.append(Status(found[-1].day + 60 + chance.randrange(340), "C1"))
    if found[-1].code == "C1":
        found.append(Status(found[-1].day + 140 + chance.randrange(180), "C2"))
    return [status for status in found if status.day < end]


def _first(track: Track, days: int, chance: random.Random) -> str:
    drawn = chance.random()
    if track is Track.PARENTS:
        return "L2" if drawn < 0.1 else "C1"
    if days < 60:
        return "V2" if drawn < 0.72 else "L1" if drawn < 0.85 else "L2" if drawn < 0.93 else "C1"
    return (
        "V2" if drawn < 0.45 else "C1" if drawn < 0.85 else "L1" if drawn < 0.9 else "L2" if drawn < 0.95 else "C2"
    )


class Adoption(NamedTuple):
    """The days of an adoption plan: `placed` is None where the plan was given up, on the day `ceased`."""

    decided: int
    ordered: int | None
    matched: int
    placed: int | None
    ceased: int | None
    with_carers: bool


GIVEN_UP, BY_CONSENT, WITH_CARERS = 0.08, 0.06, 0.15


def adoption(start: int, end: int, chance: random.Random) -> Adoption:
    """Draw the days of decision, order, match and placement; the last 45 % of days are spent with the adopters."""
    days = end - start
    decided = start + int(days * 0.27) + chance.randrange(5)
    ordered = None if chance.random() < BY_CONSENT else start + int(days * 0.36) + chance.randrange(5)
    placed = start + int(days * 0.55)
    matched = placed - 5 - chance.randrange(25)
    with_carers = chance.random() < WITH_CARERS
    if ordered is not None and chance.random() < GIVEN_UP:
        return Adoption(decided, ordered, matched, None, placed, with_carers=False)
    return Adoption(decided, ordered, matched, placed, None, with_carers)


def statuses_to_adoption(found: Adoption, start: int, chance: random.Random) -> list[Status]:
    """Return interim care, then the order; care again if the plan is given up; no court where parents consent."""
    if found.ordered is None:
        return [Status(start, "V2")]
    order = "D1" if found.ordered < FREEING_ENDS else "E1"
    steps = [Status(start, "C1"), Status(found.ordered, order)]
    if chance.random() < 0.1:
        steps = [Status(start, "L2"), Status(start + 4 + chance.randrange(8), "C1"), steps[1]]
    if found.ceased is not None:
        steps.append(Status(found.ceased, "C2"))
    return steps
