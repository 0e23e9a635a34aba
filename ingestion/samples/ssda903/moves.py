"""Where a child stays during one period of care: placements, moves, and short absences with their return."""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingestion.samples.ssda903.careers import Track
from ingestion.samples.ssda903.days import birthday
from ingestion.samples.ssda903.legal import Adoption, Status
from ingestion.samples.ssda903.market import Market, Placement

TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})
MOST_MOVES = 60  # of one period
REASONS = (
    ("CARPL", 0.42), ("CREQB", 0.54), ("CREQO", 0.63), ("OTHER", 0.78), ("LAREQ", 0.84), ("CHILD", 0.9),
    ("STAND", 0.94), ("ALLEG", 0.97), ("CLOSE", 0.99), ("APPRR", 1.0),
)  # fmt: skip
ABSENCES = (("T3", 7, 18), ("T2", 5, 12), ("T1", 2, 20), ("T4", 1, 6))  # code, days from and to


class Stay(NamedTuple):
    """A placement from a day on; why the one before it ended, where that has to be told."""

    day: int
    placement: Placement
    change: str = "P"  # T when the carers stay the same
    reason: str = ""


def foster(market: Market, chance: random.Random, place: str, *, own: bool) -> Placement:
    """Other carers than any before."""
    if own:
        return Placement(place, "PR1", market.carer(chance), market.fostering)
    provider, urn = market.agencies[int(chance.random() * len(market.agencies))]
    return Placement(place, provider, market.carer(chance), urn)


def stays(
    track: Track, born: int, start: int, end: int, market: Market, home: str, chance: random.Random
) -> list[Stay]:
    """The stays of a period, without the absences."""
    if track is Track.PARENTS:
        moved = start + 30 + chance.randrange(90)
        return [
            Stay(start, foster(market, chance, "U6", own=True)),
            Stay(moved, Placement("P1", "PR0", home), reason="CARPL"),
        ]
    if track is Track.SUPPORTED or track is Track.ASYLUM:
        return _towards_independence(track, born, start, end, market, chance)
    if track is Track.SECURE:
        return [Stay(start, chance.choice(market.secure))]
    if track is Track.SCHOOL:
        school = chance.choice(market.schools)
        return [Stay(start, school), *_moves(track, born, start, end, market, chance, 900, school)]
    first = start if track in (Track.FOSTER_OWN, Track.FOSTER_OTHERS) else start + 15 + chance.randrange(50)
    begins_fostered = first > start and chance.random() < 0.2 and first < end - 10
    found = [Stay(start, _placement(Track.FOSTER_OWN if begins_fostered else track, born, start, market, chance))]
    if not begins_fostered:
        first = start
    else:
        found.append(_move(first, track, born, market, chance, found[0].placement))
    return found + _moves(track, born, first, end, market, chance, _steadiness(track, chance), found[-1].placement)


def _steadiness(track: Track, chance: random.Random) -> float:
    """The mean days of a placement."""
    drawn = chance.random()
    if track in (Track.HOMES_OWN, Track.HOMES_OTHERS):
        return 650 if drawn < 0.7 else 130
    return 2600 if drawn < 0.55 else 480 if drawn < 0.87 else 100


def _moves(
    track: Track,
    born: int,
    start: int,
    end: int,
    market: Market,
    chance: random.Random,
    mean: float,
    now: Placement,
) -> list[Stay]:
    found: list[Stay] = []
    day, current = start, now
    first = 10 + chance.random() * 120 if chance.random() < 0.4 and mean < 2000 else None
    while len(found) < MOST_MOVES:
        day += max(3, int(first or chance.expovariate(1 / mean)))
        first = None
        if day >= end - 3:
            return found
        if current.place in ("U6", "U3") and chance.random() < 0.12:
            current = current._replace(place="U4" if current.place == "U6" else "U1")
            found.append(Stay(day, current, "T", "PLACE"))
            continue
        found.append(_move(day, track, born, market, chance, current))
        current = found[-1].placement
    return found


def _move(day: int, track: Track, born: int, market: Market, chance: random.Random, before: Placement) -> Stay:
    placement = _placement(track, born, day, market, chance)
    while placement == before:
        placement = _placement(track, born, day, market, chance)
    drawn = chance.random()
    return Stay(day, placement, "P", next(code for code, upto in REASONS if drawn <= upto))


def _placement(track: Track, born: int, day: int, market: Market, chance: random.Random) -> Placement:
    drawn = chance.random()
    if track is Track.HOMES_OWN or track is Track.HOMES_OTHERS:
        homes = market.own_homes if track is Track.HOMES_OWN else market.other_homes
        return homes[int(drawn * len(homes))]
    if track is Track.SCHOOL:
        return market.schools[int(drawn * len(market.schools))]
    own = track is not Track.FOSTER_OTHERS
    if own and drawn < 0.18:
        return foster(market, chance, "U3", own=True)
    if drawn > 0.985 and day >= birthday(born, 12):
        homes = market.own_homes if own else market.other_homes
        return homes[int(chance.random() * len(homes))]
    return foster(market, chance, "U4" if drawn > 0.9 else "U6", own=own)


def _towards_independence(
    track: Track, born: int, start: int, end: int, market: Market, chance: random.Random
) -> list[Stay]:
    sixteen = birthday(born, 16) + 20 + chance.randrange(200)
    supported = chance.choice(market.supported)
    if start >= sixteen:
        if track is Track.SUPPORTED or chance.random() < 0.5:
            return [Stay(start, supported)]
        return [Stay(start, foster(market, chance, "U6", own=False))]
    first = Stay(start, foster(market, chance, "U6", own=track is Track.SUPPORTED))
    if sixteen >= end - 5 or (track is Track.ASYLUM and chance.random() < 0.5):
        return [first]
    return [first, Stay(sixteen, supported, "P", "CARPL")]


def stays_to_adoption(found: Adoption, start: int, market: Market, chance: random.Random) -> list[Stay]:
    """With foster carers until placed for adoption, with them or with others."""
    dual = found.with_carers
    stay = Stay(start, foster(market, chance, "U5" if dual else "U6", own=chance.random() < 0.85))
    steps = [stay]
    if not dual and chance.random() < 0.3:
        moved = start + 20 + chance.randrange(60)
        steps.append(Stay(moved, foster(market, chance, "U6", own=True), "P", "CARPL"))
    if found.placed is None:
        return steps
    code = ("A3" if dual else "A4") if found.ordered is None else ("A5" if dual else "A6")
    if dual:
        placement = steps[-1].placement._replace(place=code)
        return [*steps, Stay(found.placed, placement, "T", "PLACE")]
    if chance.random() < 0.5:
        provider, urn = "PR1", market.adoption
    else:
        provider, urn = market.adoption_agencies[int(chance.random() * len(market.adoption_agencies))]
    return [*steps, Stay(found.placed, Placement(code, provider, market.carer(chance), urn), "P", "CARPL")]


def with_absences(
    found: Sequence[Stay], legal: Sequence[Status], end: int, market: Market, chance: random.Random
) -> Iterator[Stay]:
    """The same stays, now and then with a temporary one in between, from which the child comes back.

    Nothing else changes while a child is away, so that the return is a move and no more.
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
