"""One child's whole time in care, from which every year's return takes its part."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from samples.ssda903.careers import Plan, Track
from samples.ssda903.days import birthday, calm, is_near_the_seam
from samples.ssda903.legal import Adoption, Status, adoption, statuses, statuses_to_adoption
from samples.ssda903.market import Market, Placement
from samples.ssda903.moves import HOMES, TEMPORARY, Mover, Stay, with_absences, with_the_courts
from samples.ssda903.population import Child

ETHNIC = (
    ("WBRI", 0.66), ("MWBC", 0.72), ("MOTH", 0.75), ("MWAS", 0.77), ("APKN", 0.81), ("AIND", 0.83),
    ("ABAN", 0.84), ("AOTH", 0.86), ("BCRB", 0.9), ("BAFR", 0.94), ("WOTH", 0.97), ("WIRI", 0.98),
    ("CHNE", 0.983), ("OOTH", 0.99), ("NOBT", 1.0),
)  # fmt: skip
ETHNIC_ASYLUM = (("BAFR", 0.35), ("AOTH", 0.6), ("OOTH", 0.95), ("WOTH", 1.0))
NEEDS = (
    ("N1", 0.6), ("N5", 0.75), ("N4", 0.84), ("N8", 0.9), ("N3", 0.94), ("N2", 0.97), ("N6", 0.995), ("N7", 1.0),
)  # fmt: skip
MOVED_BY_COURTS = HOMES | {Track.FOSTER_OWN, Track.FOSTER_OTHERS}
BECOMES_MOTHER = 0.1  # of the girls in foster care or homes over fifteen


class Episode(NamedTuple):
    """One episode as it is once it has ended."""

    decom: int
    rne: str
    ls: str
    placement: Placement
    dec: int
    rec: str
    reason: str


@dataclass(slots=True)
class Life:
    """A child and all its episodes, in order; days are ordinals, empty texts are blanks."""

    child: Child
    girl: bool
    ethnic: str
    need: str
    home: str
    episodes: list[Episode] = field(default_factory=list)
    adoption: Adoption | None = None
    child_born: int | None = None  # of a mother


def life_of(child: Child, market: Market) -> Life:
    """Generate the child's life: its characteristics and all its episodes."""
    found, chance = child.plan, random.Random(child.seed)  # noqa: S311 -- an invented child, not a secret
    asylum = found.track is Track.ASYLUM
    life = Life(
        child,
        girl=chance.random() < (0.1 if asylum else 0.45),
        ethnic=pick(ETHNIC_ASYLUM if asylum else ETHNIC, chance.random()),
        need="N8" if asylum else "N2" if found.track is Track.BREAKS else pick(NEEDS, chance.random()),
        home=market.home(chance),
    )
    if found.track is Track.BREAKS:
        life.episodes = list(_breaks(found, chance))
        return life
    for number, (start, end) in enumerate(found.periods):
        life.episodes += _period(life, start, end, number == len(found.periods) - 1, market, chance)
    _become_mother(life, chance)
    return life


def pick(shares: Sequence[tuple[str, float]], drawn: float) -> str:
    """Return the code at a drawn share; each code is listed with its cumulative share."""
    return next(code for code, upto in shares if drawn <= upto)


def _period(
    life: Life, start: int, end: int, is_last: bool, market: Market, chance: random.Random
) -> list[Episode]:
    track, born = life.child.plan.track, life.child.plan.born
    mover = Mover(track, born, life.home, market, chance)
    if track is Track.ADOPTION:
        plan = life.adoption = adoption(start, end, chance)
        legal = statuses_to_adoption(plan, start, chance)
        found = mover.stays_to_adoption(plan, start)
    else:
        is_first = start == life.child.plan.periods[0][0]
        legal = statuses(track, born, start, end, chance, is_first=is_first)
        found = mover.stays(start, end)
        if track in MOVED_BY_COURTS:
            found = with_the_courts(found, legal, end)
    found = list(with_absences(found, legal, end, market, chance))
    episodes = _joined(legal, found, end)
    rec = _ending(life, episodes[-1], is_last, chance)
    return [*episodes[:-1], episodes[-1]._replace(rec=rec)]


def _joined(legal: Sequence[Status], found: Sequence[Stay], end: int) -> list[Episode]:
    """Join statuses and stays into episodes: each begins where one of the two changes."""
    status_on = {status.day: status.code for status in legal}
    stay_on = {stay.day: stay for stay in found}
    days = sorted(status_on.keys() | stay_on.keys())
    episodes: list[Episode] = []
    status, stay = legal[0].code, found[0]
    for day, until in zip(days, [*days[1:], end], strict=True):
        stay = stay_on.get(day, stay)
        status = status_on.get(day, status)
        episodes.append(
            Episode(
                day,
                _why_new(bool(episodes), day in status_on, stay_on.get(day)),
                status,
                stay.placement,
                until,
                "X1",
                _why_moved(stay, stay_on.get(until)),
            )
        )
    return episodes


def _why_new(goes_on: bool, new_status: bool, stay: Stay | None) -> str:
    if not goes_on:
        return "S"
    if stay is None:
        return "L"
    if new_status:
        return "B" if stay.change == "P" else "U"
    return stay.change


def _why_moved(now: Stay, then: Stay | None) -> str:
    if then is None or now.placement.place in TEMPORARY or then.placement.place in TEMPORARY:
        return ""
    return then.reason


def _ending(life: Life, last: Episode, is_last: bool, chance: random.Random) -> str:
    """Draw the reason why the child ceases to be looked after."""
    drawn, place, found = chance.random(), last.placement.place, life.child.plan
    if not is_last:
        return "E4A" if drawn < 0.7 else "E4B"
    if place[0] == "A":
        return "E11" if drawn < 0.5 else "E12"
    if found.ends_of_age:
        if place[0] == "U" and drawn < 0.45:
            return "E17"
        return "E5" if drawn < 0.7 else "E6" if drawn < 0.95 else "E7"
    if last.ls == "J1":
        return "E14" if drawn < 0.7 else "E9"
    if last.dec >= birthday(found.born, 16) + 30:
        return "E5" if drawn < 0.4 else "E6" if drawn < 0.75 else "E4A" if drawn < 0.95 else "E8"
    if last.ls == "C2" and place[0] == "U" and drawn < 0.4:
        return "E45" if place in ("U1", "U2", "U3") else "E46"
    if last.ls == "C2" and drawn < 0.5:
        return "E41"
    return pick((("E4A", 0.78), ("E4B", 0.86), ("E13", 0.91), ("E8", 0.97), ("E3", 0.998), ("E2", 1.0)), drawn)


BREAKS_AS_EPISODES_UNTIL = 735_000  # in 2013; afterwards only the agreement is reported, as V4


def _breaks(found: Plan, chance: random.Random) -> Sequence[Episode]:
    """Return short breaks: four a year as episodes of their own, or the agreement as a whole."""
    start, end = found.periods[0]
    fostered = chance.random() < 0.7
    if start >= BREAKS_AS_EPISODES_UNTIL:
        return [Episode(start, "S", "V4", Placement("R1", "PR4"), end, "E8", "")]
    placement = Placement("U6" if fostered else "K2", "PR1" if chance.random() < 0.7 else "PR4")
    days = [first + chance.randrange(6) for first in range(start, end - 20, 91)]
    return [
        Episode(day, "S", "V3", placement, day + 14 + chance.randrange(3), "E4A", "") for day in days or [start]
    ]


def _become_mother(life: Life, chance: random.Random) -> None:
    """Make a few girls mothers; another authority takes over their care, so that later returns need no mention.

    The child is born shortly before an episode ends, for readers who look only up to the last end in a year.
    """
    last, plan = life.episodes[-1], life.child.plan
    grown = life.girl and last.placement.place in ("U6", "U4", "K2") and not plan.ends_of_age
    if not grown or chance.random() > BECOMES_MOTHER:
        return
    first = max(birthday(plan.born, 15), plan.periods[-1][0]) + 20
    days = [calm(episode.dec - 2) for episode in life.episodes if episode.dec > first + 5]
    if days and not any(is_near_the_seam(day) for day in days):
        life.child_born = days[0]
        life.episodes[-1] = last._replace(rec="E3")
