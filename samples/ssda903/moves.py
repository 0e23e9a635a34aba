"""A child's stays during one period of care: placements, moves, and short absences with their return."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from samples.ssda903.careers import Track
from samples.ssda903.days import birthday
from samples.ssda903.legal import Adoption, Status
from samples.ssda903.market import Market, Placement

TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})
MOST_MOVES = 60  # of one period
WITH_THE_COURTS = 40  # days
REASONS = (
    ("CARPL", 0.42), ("CREQB", 0.54), ("CREQO", 0.63), ("OTHER", 0.78), ("LAREQ", 0.84), ("CHILD", 0.9),
    ("STAND", 0.94), ("ALLEG", 0.97), ("CLOSE", 0.99), ("APPRR", 1.0),
)  # fmt: skip
HOMES = frozenset({Track.HOMES_OWN, Track.HOMES_OTHERS})
FOSTERED_FIRST = 0.2  # of the children who then live in homes
LONG_TERM = {"U6": "U4", "U3": "U1"}  # what a foster placement becomes when it is meant to last
STEADY = 2600  # days
ABSENCES = (("T3", 7, 18), ("T2", 5, 12), ("T1", 2, 20), ("T4", 1, 6))  # code, days from and to


class Stay(NamedTuple):
    """A placement and its first day; the reason why the one before it ended, where that has to be reported."""

    day: int
    placement: Placement
    change: str = "P"  # T when the carers stay the same
    reason: str = ""


@dataclass(frozen=True)
class Mover:
    """A source of placements for one child; `home` is its family's postcode."""

    track: Track
    born: int
    home: str
    market: Market
    chance: random.Random

    def stays(self, start: int, end: int) -> list[Stay]:
        """Return the stays of a period, without the absences; not for a child to be adopted."""
        if self.track is Track.PARENTS:
            moved = start + 30 + self.chance.randrange(90)
            home = Placement("P1", "PR0", self.home)
            return [Stay(start, self._foster("U6", own=True)), Stay(moved, home, reason="CARPL")]
        if self.track in (Track.SUPPORTED, Track.ASYLUM):
            return self._towards_independence(start, end)
        if self.track is Track.SECURE:
            return [Stay(start, self.chance.choice(self.market.secure))]
        if self.track in HOMES and self.chance.random() < FOSTERED_FIRST:
            moved = start + 15 + self.chance.randrange(50)
            if moved < end - 10:
                first = Stay(start, self._foster("U6", own=True))
                return [first, *self._moves(self._move(moved, first.placement), end)]
        return self._moves(Stay(start, self._placement(start)), end)

    def stays_to_adoption(self, found: Adoption, start: int) -> list[Stay]:
        """Return stays with foster carers until placed for adoption, with them or with others."""
        dual, chance = found.with_carers, self.chance
        steps = [Stay(start, self._foster("U5" if dual else "U6", own=chance.random() < 0.85))]
        if not dual and chance.random() < 0.3:
            moved = start + 20 + chance.randrange(60)
            steps.append(Stay(moved, self._foster("U6", own=True), reason="CARPL"))
        if found.placed is None:
            return steps
        code = ("A3" if dual else "A4") if found.ordered is None else ("A5" if dual else "A6")
        if dual:
            return [*steps, Stay(found.placed, steps[-1].placement._replace(place=code), "T", "PLACE")]
        agencies = (("PR1", self.market.adoption), *self.market.adoption_agencies)
        provider, urn = agencies[max(0, int(chance.random() * 4) - 1)]
        adopters = Placement(code, provider, self.market.carer(chance), urn)
        return [*steps, Stay(found.placed, adopters, reason="CARPL")]

    def _moves(self, first: Stay, end: int) -> list[Stay]:
        """Return a stay and those that follow it."""
        chance, mean = self.chance, self._mean_days()
        found = [first]
        days = (
            10 + chance.random() * 120 if chance.random() < 0.4 and mean < STEADY else chance.expovariate(1 / mean)
        )
        while len(found) < MOST_MOVES:
            day, now = found[-1].day + max(3, int(days)), found[-1].placement
            if day >= end - 3:
                break
            if now.place in LONG_TERM and chance.random() < 0.12:
                found.append(Stay(day, now._replace(place=LONG_TERM[now.place]), "T", "PLACE"))
            else:
                found.append(self._move(day, now))
            days = chance.expovariate(1 / mean)
        return found

    def _mean_days(self) -> float:
        """Draw the mean days of a placement: most children are settled, some are not."""
        drawn = self.chance.random()
        if self.track is Track.SCHOOL:
            return 900
        if self.track in HOMES:
            return 650 if drawn < 0.7 else 130
        return STEADY if drawn < 0.62 else 520 if drawn < 0.89 else 110

    def _move(self, day: int, before: Placement) -> Stay:
        placement = self._placement(day)
        while placement == before:
            placement = self._placement(day)
        drawn = self.chance.random()
        return Stay(day, placement, reason=next(code for code, upto in REASONS if drawn <= upto))

    def _placement(self, day: int) -> Placement:
        drawn, market = self.chance.random(), self.market
        if self.track in HOMES:
            homes = market.own_homes if self.track is Track.HOMES_OWN else market.other_homes
            return homes[int(drawn * len(homes))]
        if self.track is Track.SCHOOL:
            return market.schools[int(drawn * len(market.schools))]
        own = self.track is not Track.FOSTER_OTHERS
        if own and drawn < 0.18:
            return self._foster("U3", own=True)
        if drawn > 0.985 and day >= birthday(self.born, 12):
            return self.chance.choice(market.own_homes if own else market.other_homes)
        return self._foster("U4" if drawn > 0.9 else "U6", own=own)

    def _foster(self, place: str, *, own: bool) -> Placement:
        """Place the child with other carers than any before."""
        agencies = (("PR1", self.market.fostering),) if own else self.market.agencies
        provider, urn = agencies[int(self.chance.random() * len(agencies))]
        return Placement(place, provider, self.market.carer(self.chance), urn)

    def _towards_independence(self, start: int, end: int) -> list[Stay]:
        chance, seeks_asylum = self.chance, self.track is Track.ASYLUM
        sixteen = birthday(self.born, 16) + 20 + chance.randrange(200)
        supported = chance.choice(self.market.supported)
        stays_fostered = seeks_asylum and chance.random() < 0.5
        if start >= sixteen and not stays_fostered:
            return [Stay(start, supported)]
        first = Stay(start, self._foster("U6", own=not seeks_asylum))
        if stays_fostered or sixteen >= end - 5:
            return [first]
        return [first, Stay(sixteen, supported, reason="CARPL")]


def with_the_courts(found: Sequence[Stay], legal: Sequence[Status], end: int) -> list[Stay]:
    """Move the changes within some weeks of a new legal status to its day."""
    steps = {status.day for status in legal[1:]}
    moved = list(found)
    for number in range(1, len(moved)):
        after = moved[number + 1].day if number + 1 < len(moved) else end
        near = [day for day in steps if abs(day - moved[number].day) <= WITH_THE_COURTS]
        if near and moved[number - 1].day + 2 < near[0] < after - 2:
            moved[number] = moved[number]._replace(day=near[0])
    return moved


def with_absences(
    found: Sequence[Stay], legal: Sequence[Status], end: int, market: Market, chance: random.Random
) -> Iterator[Stay]:
    """Yield the same stays, now and then with a temporary one in between, from which the child comes back.

    Nothing else changes while a child is away, so that coming back is a move and no more.
    """
    turns = [stay.day for stay in found[1:]] + [end]
    holidays = 0
    for stay, until in zip(found, turns, strict=True):
        yield stay
        if stay.placement.place[0] not in "UK" or until - stay.day < 90 or chance.random() > 0.12:
            continue
        code, shortest, longest = ABSENCES[int(chance.random() * len(ABSENCES))]
        days = shortest + chance.randrange(longest - shortest + 1)
        leaves = stay.day + 20 + chance.randrange(until - stay.day - 60)
        if any(leaves - 2 <= status.day <= leaves + days + 2 for status in legal):
            continue
        if code == "T3":
            holidays += 1
            if holidays > 2 or stay.placement.place == "K2":
                continue
        yield Stay(leaves, Placement(code, post=market.carer(chance)))
        yield Stay(leaves + days, stay.placement)
