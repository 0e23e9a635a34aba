"""Invented lives of children in care, full of what is read in different ways: short, temporary, overlong stays."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tests.support.children import Row, episode

SETTLED = ("U6", "U4", "K2", "A6", "P1")
TEMPORARY = ("T1", "T3", "T4")
# Days: under 24 hours, a night, within and beyond what each code of a temporary stay allows, and long.
DAYS = (0, 0, 1, 5, 8, 15, 22, 40, 45, 90, 400)


@dataclass(frozen=True)
class Episode:
    """One episode, before it is told in the return of a year."""

    child: str
    decom: date
    rne: str
    place: str
    address: str
    dec: date | None = None


def returns_of(random: Random, children: int, years: tuple[int, ...]) -> dict[str, list[Row]]:
    """Return the episodes told in each year's return, by its period; a year is the one that it ends in."""
    # Nobody came into care before the first return: what is not known would hide long-term stability.
    first_day, days = date(min(years) - 1, 4, 1), 365 * len(years)
    lives = [
        list(_life(random, f"child {number}", first_day + timedelta(days=random.randrange(days))))
        for number in range(children)
    ]
    return {f"{year - 1}-{year % 100:02}": [row for life in lives for row in _told(life, year)] for year in years}


def _life(random: Random, child: str, first_day: date) -> Iterator[Episode]:
    decom, rne = first_day, "S"
    settled = (random.choice(SETTLED), "home 0")
    place, address = settled
    for number in range(1, random.randrange(2, 9)):
        dec = decom + timedelta(days=random.choice(DAYS))
        if random.random() < 0.15:  # on either side of where one year ends and the next begins
            dec = max(decom, date(dec.year, *random.choice([(3, 31), (4, 1)])))
        yield Episode(child, decom, rne, place, address, dec)
        decom, rne = dec, random.choices("PBLTU", (12, 3, 2, 1, 1))[0]
        if random.random() < 0.08:
            decom, rne = dec + timedelta(days=random.randrange(40)), "S"
        # Care begins in a home: a stay away from nowhere would hide since when the child is where it is.
        if rne != "S" and place in TEMPORARY and random.random() < 0.6:
            place, address = settled
        elif rne != "S" and random.random() < 0.45:
            place, address = random.choice(TEMPORARY), f"away {number}"
        elif rne in "PBS":
            place, address = settled = random.choice(SETTLED), f"home {number}"
    yield Episode(child, decom, rne, place, address)


def _told(life: list[Episode], year: int) -> Iterator[Row]:
    """Tell what was open in a year; what ends after it lasts."""
    first_day, last_day = date(year - 1, 4, 1), date(year, 3, 31)
    for told in life:
        if told.decom > last_day or (told.dec and told.dec < first_day):
            continue
        if told.dec and told.dec > last_day:
            told = replace(told, dec=None)
        yield episode(
            told.child, told.decom.isoformat(), told.rne, told.place, told.dec and told.dec.isoformat(),
            placement_address_id=told.address, age_at_end=age_of(told.child),
        )  # fmt: skip


def age_of(child: str) -> int:
    """Return an age that stays the same over the years: what counts is on which side of 16 it is."""
    return 17 if child.endswith("7") else 9
