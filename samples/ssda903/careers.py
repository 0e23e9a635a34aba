"""The ages at which children come into care and the lengths of their stays, by the kind of care."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from samples.ssda903.days import birthday, calm

Points = Sequence[tuple[float, float]]  # share of the children so far, and the figure reached by them


class Track(StrEnum):
    """The kind of care in which a child spends most days."""

    FOSTER_OWN = "foster own"
    FOSTER_OTHERS = "foster others"
    ADOPTION = "adoption"
    HOMES_OWN = "homes own"
    HOMES_OTHERS = "homes others"
    SCHOOL = "school"
    SECURE = "secure"
    PARENTS = "parents"
    SUPPORTED = "supported"
    ASYLUM = "asylum"
    BREAKS = "breaks"


@dataclass(frozen=True)
class Career:
    """The distributions of a track: `ages` at the start in years, `stays` in days."""

    ages: Points
    stays: Points


_FOSTER = Career(
    ages=((0, 0), (0.22, 1), (0.42, 5), (0.62, 10), (0.95, 16), (1, 17.5)),
    stays=((0, 4), (0.22, 56), (0.5, 365), (0.75, 1200), (0.9, 2600), (1, 6500)),
)
_HOMES = Career(
    ages=((0, 8), (0.3, 12), (0.9, 16), (1, 17.5)),
    stays=((0, 4), (0.2, 56), (0.5, 300), (0.8, 1000), (1, 3000)),
)
CAREERS: dict[Track, Career] = {
    Track.FOSTER_OWN: _FOSTER,
    Track.FOSTER_OTHERS: _FOSTER,
    Track.ADOPTION: Career(ages=((0, 0), (0.6, 1), (1, 4.5)), stays=((0, 330), (1, 1000))),
    Track.HOMES_OWN: _HOMES,
    Track.HOMES_OTHERS: _HOMES,
    Track.SCHOOL: Career(ages=((0, 7), (1, 15)), stays=((0, 365), (1, 3000))),
    Track.SECURE: Career(ages=((0, 12), (1, 16.8)), stays=((0, 20), (1, 200))),
    Track.PARENTS: Career(ages=((0, 0), (1, 14)), stays=((0, 200), (1, 2500))),
    Track.SUPPORTED: Career(ages=((0, 15.5), (1, 17.6)), stays=((0, 30), (0.5, 250), (1, 900))),
    Track.ASYLUM: Career(ages=((0, 13.5), (1, 17.6)), stays=((0, 60), (0.5, 500), (1, 1600))),
    Track.BREAKS: Career(ages=((0, 5), (1, 14)), stays=((0, 365), (1, 1400))),
}
COMES_BACK = {Track.FOSTER_OWN, Track.FOSTER_OTHERS}
COMING_BACK = 0.1


class Plan(NamedTuple):
    """The birth of a child, and the first and the last day of every period of care."""

    track: Track
    born: int
    periods: tuple[tuple[int, int], ...]
    ends_of_age: bool

    @property
    def leaves(self) -> int:
        """The day on which the last period ends."""
        return self.periods[-1][1]


def along(points: Points, share: float) -> float:
    """Return the figure that a share of the children stays below, with straight lines between the points."""
    for (before, low), (upto, high) in pairwise(points):
        if share <= upto:
            return low + (high - low) * (share - before) / (upto - before)
    return points[-1][1]


def plan(track: Track, start: int, shares: tuple[float, float, float]) -> Plan:
    """Plan one child's time in care from three shares: of age, of the length of the stay, and of coming back."""
    career = CAREERS[track]
    born = calm(start - int(along(career.ages, shares[0]) * 365.25))
    of_age = birthday(born, 18)
    end, ends_of_age = _end(start, along(career.stays, shares[1]), of_age)
    periods: tuple[tuple[int, int], ...] = ((start, end),)
    if track in COMES_BACK and shares[2] < COMING_BACK and end < birthday(born, 16):
        again = end + 40 + int(shares[2] / COMING_BACK * 300)
        end, ends_of_age = _end(again, along(career.stays, shares[2] * 37 % 1), of_age)
        periods = (*periods, (again, end))
    return Plan(track, born, periods, ends_of_age)


def _end(start: int, stay: float, of_age: int) -> tuple[int, bool]:
    end = start + max(4, int(stay))
    if end >= of_age - 5:
        return of_age, True
    return max(calm(end), start + 1), False


R3 = (0.8191725133961645, 0.6710436067037893, 0.5497004779019703)  # Roberts' sequence in three dimensions


def spread(index: int, shift: tuple[float, float, float] = (0.5, 0.5, 0.5)) -> tuple[float, float, float]:
    """Return the shares of the index-th child: evenly spread, so that few children have about the mean of many."""
    return (
        (shift[0] + index * R3[0]) % 1,
        (shift[1] + index * R3[1]) % 1,
        (shift[2] + index * R3[2]) % 1,
    )


@cache
def mean_days(track: Track) -> float:
    """Return the mean number of days that a child of the track is looked after, in all."""
    plans = [plan(track, 700_000 + index % 365, spread(index)) for index in range(4000)]
    return sum(end - start for found in plans for start, end in found.periods) / len(plans)
