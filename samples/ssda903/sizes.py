"""The number of children that each authority looks after, from the days of its PSS EX1 sample."""

from functools import cache

from samples.figures import Figures
from samples.members import Member
from samples.ssda903.careers import Track, mean_days

EX1_YEAR = 2006  # the middle one of the years that have both returns
SMALLER_SINCE = 2009  # first year with fewer entries: the modern returns are of the same authorities, cut down
MODERN_SHARE = 0.5
AGREEMENTS = 0.2  # of the former short breaks: in care, they have become rare
DAYS_OF_BREAKS = 62  # a year, of a child with an agreement
PLACED_PART = 0.42  # of the days of a child to be adopted are spent placed, including plans given up

# Children looked after but not counted in the days of foster care and homes, as a share of those.
BESIDE = {Track.PARENTS: 0.09, Track.SUPPORTED: 0.035, Track.ASYLUM: 0.03}
# The part of their days that is spent in foster care nevertheless.
FOSTERED = {Track.PARENTS: 0.06, Track.SUPPORTED: 0.2, Track.ASYLUM: 0.5}


@cache
def entries_a_year(seed: int, member: Member, children: int | None, year: int) -> dict[Track, float]:
    """Return how many children of each track start to be looked after in a year.

    `children` is the number looked after on a day; by default, as many as the EX1 sample's days imply.
    """
    at_once = children_on_a_day(seed, member)
    scale = MODERN_SHARE if year >= SMALLER_SINCE else 1.0
    if children is not None:
        scale = children / sum(at_once.values())
    entries = {track: scale * count * 365 / mean_days(track) for track, count in at_once.items()}
    if year >= SMALLER_SINCE:
        scale *= AGREEMENTS
    entries[Track.BREAKS] = scale * _breaks(seed, member) * 365 / mean_days(Track.BREAKS)
    return entries


def children_on_a_day(seed: int, member: Member) -> dict[Track, float]:
    """Return the children looked after on an average day, without short breaks."""
    figures = Figures(seed, member, EX1_YEAR)

    def on_a_day(*codes: str) -> float:
        return sum(figures.quantity(f"days_{code}") for code in codes) / 365

    found = {
        Track.FOSTER_OWN: on_a_day("foster_own"),
        Track.FOSTER_OTHERS: on_a_day("foster_others"),
        Track.ADOPTION: on_a_day("adoption"),
        Track.HOMES_OWN: on_a_day("homes_own"),
        Track.HOMES_OTHERS: on_a_day("homes_others"),
        Track.SCHOOL: on_a_day("schools"),
        Track.SECURE: on_a_day("secure"),
    }
    beside = {track: share * sum(found.values()) for track, share in BESIDE.items()}
    fostered_first = found[Track.ADOPTION] * (1 / PLACED_PART - 1)
    found[Track.ADOPTION] /= PLACED_PART
    fostered = {track: FOSTERED[track] * count for track, count in beside.items()}
    found[Track.FOSTER_OWN] -= fostered_first + fostered[Track.PARENTS] + fostered[Track.SUPPORTED]
    found[Track.FOSTER_OTHERS] -= fostered[Track.ASYLUM]
    return found | beside


def _breaks(seed: int, member: Member) -> float:
    figures = Figures(seed, member, EX1_YEAR)
    codes = [f"days_short_term_{kind}_{side}" for kind in ("foster", "homes") for side in ("own", "others")]
    return sum(map(figures.quantity, codes)) / DAYS_OF_BREAKS
