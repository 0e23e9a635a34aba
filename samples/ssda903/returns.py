"""The rows of one child in one year's return, table by table, as an authority's system would write them."""

from collections.abc import Sequence

from samples.ssda903.after_care import care_leaver
from samples.ssda903.care import (
    SHORT_BREAKS,
    deprivations,
    health,
    looked_after_all_year,
    missing,
    reviews,
    social_workers,
    stream,
)
from samples.ssda903.careers import Track
from samples.ssda903.days import SOCIAL_WORKERS_START, Year, birthday, first_day, written
from samples.ssda903.lives import Episode, Life, pick

Rows = dict[str, list[list[str]]]

SEXES = {False: ("1", "M"), True: ("2", "F")}  # digits until 2023-24, letters since
LETTERS_SINCE = 2024
SUPPORTED_UNTIL_2023, SUPPORTED_SINCE = "H5", "K3"  # semi-independent, then registered supported accommodation
REGISTERED_SINCE = 2023  # supported accommodation has a URN from this year on
PREVIOUS_PERMANENCE_SINCE = 2016
PREVIOUS = (("Z1", 0.94), ("P1", 0.955), ("P2", 0.985), ("P3", 1.0))
ADOPTERS = (  # number, sexes and legal status, with cumulative shares
    (("1", "F1", "L0"), 0.1), (("1", "M1", "L0"), 0.12), (("2", "MF", "L11"), 0.75), (("2", "MF", "L3"), 0.84),
    (("2", "MM", "L12"), 0.91), (("2", "FF", "L12"), 0.95), (("2", "FF", "L4"), 1.0),
)  # fmt: skip
REVERSALS = (("RD1", 0.3), ("RD2", 0.5), ("RD3", 0.7), ("RD4", 1.0))


def rows_of(life: Life, year: Year, authority_number: str, team: Sequence[str]) -> Rows | None:
    """Return a year's rows about a child; None when there are none."""
    first, last = year.start, year.end
    episodes = [episode for episode in life.episodes if episode.decom <= last and episode.dec >= first]
    leaver = care_leaver(life, year)
    if not episodes and leaver is None:
        return None
    start = [life.child.code, written(life.child.plan.born)]
    rows: Rows = {"header": [_header(life, year, episodes)]}
    if leaver is not None:
        rows["oc3"] = [[*start, *leaver]]
    if episodes:
        _tell_of_care(rows, life, year, episodes, start, authority_number)
        if (
            year.first >= SOCIAL_WORKERS_START
            and year.end < episodes[-1].dec
            and episodes[-1].ls not in SHORT_BREAKS
        ):
            rows["sw_episodes"] = [
                [*start, span.code, written(span.start), _until(span.end, year), span.more]
                for span in social_workers(life, year, team)
            ]
    return rows


def _tell_of_care(
    rows: Rows, life: Life, year: Year, episodes: Sequence[Episode], start: list[str], authority_number: str
) -> None:
    plan = life.child.plan
    rows["episodes"] = [_episode(life, episode, year) for episode in episodes]
    if plan.track is Track.ASYLUM:
        rows["uasc"] = [[life.child.code, _sex(life, year), start[1], written(birthday(plan.born, 18))]]
    if year.first >= PREVIOUS_PERMANENCE_SINCE:
        begun = [episode for episode in episodes if episode.rne == "S" and episode.decom >= year.start]
        if begun:
            rows["prev_perm"] = [[*start, *_previous_permanence(life, authority_number)]]
    if plan.track is Track.BREAKS:
        return
    rows["reviews"] = [[*start, written(day), code] for day, code in reviews(life, year)]
    if looked_after_all_year(episodes, year):
        rows["oc2"] = [[*start, *health(life, year)]]
    rows["missing"] = [
        [*start, span.code, written(span.start), _until(span.end, year)] for span in missing(life, year)
    ]
    rows["dolo"] = [[*start, written(span.start), _until(span.end, year)] for span in deprivations(life, year)]
    if life.adoption:
        _tell_of_adoption(rows, life, year, start)


def _header(life: Life, year: Year, episodes: Sequence[Episode]) -> list[str]:
    born = life.child.plan.born
    cared_for = bool(episodes) and episodes[0].ls not in SHORT_BREAKS
    mother = life.child_born is not None and life.child_born <= year.end
    return [
        life.child.code,
        _sex(life, year),
        written(born),
        life.ethnic,
        _pupil_number(life, year),
        ("1" if mother else "0") if life.girl and cared_for else "",
        written(life.child_born) if life.child_born is not None and mother and cared_for else "",
    ]


def _sex(life: Life, year: Year) -> str:
    return SEXES[life.girl][year.first >= LETTERS_SINCE]


def _pupil_number(life: Life, year: Year) -> str:
    """Return the pupil number: unknown before school and for children who came from abroad."""
    if life.child.plan.track is Track.ASYLUM:
        return "UN2"
    # The last 31 August before the year ends: a child who was four by then is at school.
    if birthday(life.child.plan.born, 4) > first_day(year.first) + 152:
        return "UN1"
    return life.child.pupil_number


def _episode(life: Life, episode: Episode, year: Year) -> list[str]:
    over = episode.dec <= year.end
    place, provider, post, urn = episode.placement
    short_break = episode.ls in SHORT_BREAKS
    if place == SUPPORTED_UNTIL_2023:
        urn = urn if year.first >= REGISTERED_SINCE else ""
        place = SUPPORTED_SINCE if year.first > REGISTERED_SINCE else place
    no_home = short_break or life.child.plan.track is Track.ASYLUM
    return [
        life.child.code,
        written(episode.decom),
        episode.rne,
        episode.ls,
        life.need,
        place,
        provider,
        written(episode.dec) if over else "",
        episode.rec if over else "",
        episode.reason if over and year.has_rules else "",
        "" if no_home else life.home,
        "" if short_break else post,
        urn if year.has_rules and not short_break else "",
    ]


def _until(day: int, year: Year) -> str:
    return written(day) if day <= year.end else ""


def _previous_permanence(life: Life, authority_number: str) -> list[str]:
    chance = stream(life, 1)
    start = life.child.plan.periods[0][0]
    code = pick(PREVIOUS, chance.random())
    first, last = (int(written(day)[-4:]) for day in (life.child.plan.born, start))
    if code == "Z1" or last - first < 3:
        return ["Z1", "", ""]
    year = first + 1 + chance.randrange(last - first - 1)
    known = chance.random()
    month = f"{1 + chance.randrange(12):02}" if known < 0.7 else "zz"
    day = f"{1 + chance.randrange(28):02}" if known < 0.4 else "zz"
    return [code, authority_number, f"{day}/{month}/{year}"]


def _tell_of_adoption(rows: Rows, life: Life, year: Year, start: list[str]) -> None:
    found, chance, last = life.adoption, stream(life, 2), life.episodes[-1]
    if found is None or found.decided > year.end:
        return
    reversal, adopters = pick(REVERSALS, chance.random()), chance.random()
    given_up = found.ceased is not None and found.ceased <= year.end
    if found.ceased is None or found.ceased >= year.start:
        ceased = [written(found.ceased), reversal] if found.ceased is not None and given_up else ["", ""]
        rows["placed_adoption"] = [[*start, written(found.decided), *ceased]]
    if found.placed is not None and last.dec <= year.end:
        bond = next(row for row, upto in ADOPTERS if adopters <= upto)
        by_carers = "1" if found.with_carers else "0"
        rows["ad1"] = [[*start, written(found.decided), written(found.matched), by_carers, *bond]]
