"""All the children of one authority, by the year of their first day in care; none are kept in memory."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor

from samples.members import Member
from samples.ssda903.careers import Plan, Track, plan, spread
from samples.ssda903.days import Year, birthday, first_day
from samples.ssda903.sizes import entries_a_year

FIRST_ENTRIES = 1980
CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
LAST_AGE = 21  # care leavers are followed up to this age


@dataclass(frozen=True, slots=True)
class Child:
    """A child by its id in the authority's system, and the seed of all random choices about it."""

    code: str
    pupil_number: str
    plan: Plan
    seed: int


def children_of(seed: int, member: Member, children: int | None, years: Sequence[Year]) -> Iterator[Child]:
    """Yield every child that the returns of these years may mention, whatever other years are asked for."""
    first, last = years[0], years[-1]
    shifts = {track: _shift(seed, member, track) for track in Track}
    for year in range(first.first - LAST_AGE, last.first + 1):
        base = random.Random(f"{seed}/{member.code}/children/{year}").getrandbits(60)  # noqa: S311
        for serial, found in enumerate(_entering(seed, member, children, year, shifts)):
            if found.leaves >= first.start or _is_followed(found, first.start):
                code = f"{member.dfe_la_number}{year % 100:02}{serial:05}"
                yield Child(code, _pupil_number(member, year, serial, found.born), found, base + serial)


def _entering(
    seed: int, member: Member, children: int | None, year: int, shifts: dict[Track, tuple[float, float, float]]
) -> Iterator[Plan]:
    opening = first_day(year)
    for track, rate in entries_a_year(seed, member, children, year).items():
        shift = shifts[track]
        since = floor(rate * (year - FIRST_ENTRIES) + shift[0])
        count = floor(rate * (year + 1 - FIRST_ENTRIES) + shift[0]) - since
        for index in range(count):
            start = opening + int(365 * (index + shift[1]) / count)
            yield plan(track, start, spread(since + index, shift))


def _pupil_number(member: Member, year: int, serial: int, born: int) -> str:
    """Return a check letter, the authority, and digits unique to the child in its authority and school year."""
    number = (year % 20 * 500_000 + serial) * 7_654_321 % 10_000_000
    school_year = (date.fromordinal(born).year + 4) % 100
    digits = f"{member.dfe_la_number}{number // 1000:04}{school_year:02}{number % 1000:03}"
    weighted = sum(weight * int(digit) for weight, digit in enumerate(digits, start=2))
    return CHECK_LETTERS[weighted % 23] + digits


def _is_followed(found: Plan, day: int) -> bool:
    """Return True if the child may still be followed up as a care leaver on a day, or later."""
    return found.leaves >= birthday(found.born, 16) and birthday(found.born, LAST_AGE) >= day


def _shift(seed: int, member: Member, track: Track) -> tuple[float, float, float]:
    chance = random.Random(f"{seed}/{member.code}/{track}")  # noqa: S311
    return chance.random(), chance.random(), chance.random()
