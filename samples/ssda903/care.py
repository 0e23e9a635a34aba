"""A child's records in care besides its episodes: reviews, health, missing periods, social workers."""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from samples.ssda903.days import Year, birthday, is_near_the_seam
from samples.ssda903.lives import Episode, Life, pick
from samples.ssda903.moves import TEMPORARY

PARTICIPATION = (
    ("PN1", 0.6), ("PN2", 0.64), ("PN3", 0.68), ("PN4", 0.7), ("PN5", 0.88), ("PN6", 0.94), ("PN7", 1.0),
)  # fmt: skip
SHORT_BREAKS = frozenset({"V3", "V4"})
WORKERS_CHANGE = (
    ("CHCHAN", 0.1), ("LEFTRL", 0.45), ("TSPROC", 0.65), ("ORGRST", 0.75), ("MANAGE", 0.85), ("ABSENC", 0.92),
    ("PCCHAN", 0.95), ("OTHERS", 1.0),
)  # fmt: skip
SEAM = 14  # days on both sides of 31 March without a change of social worker


def stream(life: Life, about: int) -> random.Random:
    """Return a random stream for one matter of one child: draws for one matter do not affect another."""
    return random.Random(life.child.seed * 1_000_003 + about)  # noqa: S311


class Span(NamedTuple):
    """The days from a start to an end, and their codes."""

    start: int
    end: int
    code: str
    more: str = ""


def reviews(life: Life, year: Year) -> Iterator[tuple[int, str]]:
    """Yield a year's reviews: soon after the start, three months after that, then at least every six months."""
    four = birthday(life.child.plan.born, 4)
    for start, end in life.child.plan.periods:
        if start > year.end or end < year.start:
            continue
        chance, day = stream(life, start), start + 12
        gaps = (0, 80)
        number = 0
        while day < end:
            if day > year.end:
                break
            drawn = chance.random()
            if day >= year.start:
                yield day, "PN0" if day < four else pick(PARTICIPATION, drawn)
            number += 1
            day += (gaps[number] if number < len(gaps) else 168) + int(drawn * 13)


def health(life: Life, year: Year) -> list[str]:
    """Return the columns of OC2 after the date of birth, for a child looked after for the whole year."""
    born, chance = life.child.plan.born, stream(life, year.first)
    convicted = _one_in(chance, 0.03) if birthday(born, 10) <= year.end else ""
    checked = _one_in(chance, 0.88) if birthday(born, 5) > year.end else ""
    problem = birthday(born, 11) <= year.end and chance.random() < 0.05
    received, offered = "", ""
    if problem:
        received = _one_in(chance, 0.6)
        offered = "" if received == "1" else _one_in(chance, 0.8)
    common = [_one_in(chance, 0.88), _one_in(chance, 0.8), _one_in(chance, 0.9)]
    score = _strengths_and_difficulties(born, year, chance) if year.has_rules else ["", ""]
    return [*score, convicted, checked, *common, "1" if problem else "0", received, offered]


def _strengths_and_difficulties(born: int, year: Year, chance: random.Random) -> list[str]:
    """Return score and reason for none, from the year of the 4th birthday to the 17th's; in those two, either."""
    four, seventeen = birthday(born, 4), birthday(born, 17)
    if four > year.end or seventeen <= year.start:
        return ["", ""]
    drawn, score = chance.random(), str(min(40, int(chance.gammavariate(4, 3.5))))
    if four > year.start or seventeen <= year.end:
        return [score, ""] if drawn < 0.5 else ["", "SDQ1"]
    reasons = (("SDQ2", 0.86), ("SDQ3", 0.89), ("SDQ4", 0.96), ("SDQ5", 1.0))
    return [score, ""] if drawn < 0.8 else ["", pick(reasons, chance.random())]


def _one_in(chance: random.Random, share: float) -> str:
    return "1" if chance.random() < share else "0"


def missing(life: Life, year: Year) -> Iterator[Span]:
    """Yield the periods of being missing or away within the year's return, each within one placement."""
    twelve = birthday(life.child.plan.born, 12)
    if life.child.plan.leaves < twelve:
        return
    for episode in life.episodes:
        days = episode.dec - episode.decom
        if days < 20 or episode.dec < year.start or episode.decom > year.end or episode.dec < twelve + 20:
            continue
        if episode.placement.place in TEMPORARY or episode.placement.place[0] in "PA":
            continue
        chance = stream(life, -episode.decom)
        if chance.random() > (0.3 if year.has_rules else 0.1):
            continue
        day = max(episode.decom, twelve) + 1 + chance.randrange(30)
        while day + 12 < episode.dec:
            span = Span(day, day + 1 + chance.randrange(6), "M" if chance.random() < 0.7 else "A")
            if span.end >= year.start and day <= year.end:
                yield span
            day = span.end + 5 + chance.randrange(220)


def social_workers(life: Life, year: Year, team: Sequence[str]) -> Iterator[Span]:
    """Yield the social workers in charge in the year, without a gap from the first day in care to the last.

    No handover is around 31 March, where readings of the guide disagree on the year that reports it.
    """
    chance, leaves = stream(life, 0), life.child.plan.leaves
    start, reason = life.child.plan.periods[0][0], "FCONTA"
    while start <= leaves and start <= year.end:
        end = start + 150 + int(chance.expovariate(1 / 350))
        if is_near_the_seam(end, SEAM):
            end += 2 * SEAM + 2
        worker = team[int(chance.random() * len(team))]
        if end >= year.start:
            yield Span(start, end, worker, reason)
        start, reason = end + 1, pick(WORKERS_CHANGE, chance.random())


def deprivations(life: Life, year: Year) -> Iterator[Span]:
    """Yield the orders that deprive a child in a home of its liberty, each within one placement."""
    for episode in life.episodes:
        if episode.placement.place != "K2" or episode.ls in SHORT_BREAKS:
            continue
        start = max(episode.decom, birthday(life.child.plan.born, 11)) + 7
        chance = stream(life, -2 * episode.decom)
        end = start + 28 + chance.randrange(120)
        if chance.random() < 0.08 and end < episode.dec - 7 and end >= year.start and start <= year.end:
            yield Span(start, end, "")


def looked_after_all_year(episodes: Sequence[Episode], year: Year) -> bool:
    """Return True if a year's episodes show a child looked after since 1 April, on 31 March and in between."""
    return (
        episodes[-1].dec > year.end
        and not any(episode.ls in SHORT_BREAKS for episode in episodes)
        and not any(episode.rne == "S" and episode.decom > year.start for episode in episodes)
    )
