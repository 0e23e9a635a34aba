"""Days as ordinals, which are quick to compare, and the years of the return."""

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache

RULE_BOOK_STARTS = 2017  # the first year, by its 1 April, whose returns the DfE's rules cover
OWN_EXTRACT = (2005, 2006, 2007)  # years that the club's own extract covers
SOCIAL_WORKERS_START, DEPRIVATION_STARTS = 2023, 2026
KNOWN_YEARS = (*OWN_EXTRACT, *range(RULE_BOOK_STARTS, 2027))

COLUMNS: dict[str, tuple[str, ...]] = {
    "header": ("child", "sex", "dob", "ethnic", "upn", "mother", "mc_dob"),
    "episodes": (
        "child", "decom", "rne", "ls", "cin", "place", "place_provider", "dec", "rec", "reason_place_change",
        "home_post", "pl_post", "urn",
    ),
    "reviews": ("child", "dob", "review", "review_code"),
    "uasc": ("child", "sex", "dob", "duc"),
    "oc2": (
        "child", "dob", "sdq_score", "sdq_reason", "convicted", "health_check", "immunisations", "teeth_check",
        "health_assessment", "substance_misuse", "intervention_received", "intervention_offered",
    ),
    "oc3": ("child", "dob", "in_touch", "activ", "accom"),
    "ad1": (
        "child", "dob", "date_int", "date_match", "foster_care", "nb_adoptr", "sex_adoptr", "ls_adoptr",
    ),
    "placed_adoption": ("child", "dob", "date_placed", "date_placed_ceased", "reason_placed_ceased"),
    "prev_perm": ("child", "dob", "prev_perm", "la_perm", "date_perm"),
    "missing": ("child", "dob", "missing", "mis_start", "mis_end"),
    "sw_episodes": ("child", "dob", "sw_id", "sw_decom", "sw_dec", "sw_reason"),
    "dolo": ("child", "dob", "dolo_start", "dolo_end"),
}  # fmt: skip
NOT_IN_OWN_EXTRACT = {"placed_adoption", "prev_perm", "sw_episodes", "dolo"}


@dataclass(frozen=True)
class Year:
    """A financial year by its 1 April: 2024 is 2024-25."""

    first: int

    @property
    def period(self) -> str:
        """The year as returns name it, `2024-25`."""
        return f"{self.first}-{(self.first + 1) % 100:02}"

    @cached_property
    def start(self) -> int:
        """1 April, as an ordinal."""
        return first_day(self.first)

    @cached_property
    def end(self) -> int:
        """31 March, as an ordinal."""
        return first_day(self.first + 1) - 1

    @cached_property
    def has_rules(self) -> bool:
        """True if the DfE's rule book applies."""
        return self.first >= RULE_BOOK_STARTS

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The tables of a year's return, in the order of the guide."""
        return tuple(name for name in COLUMNS if self._has(name))

    def _has(self, table: str) -> bool:
        if not self.has_rules:
            return table not in NOT_IN_OWN_EXTRACT
        first = {"sw_episodes": SOCIAL_WORKERS_START, "dolo": DEPRIVATION_STARTS}.get(table, 0)
        return self.first >= first


@cache
def first_day(year: int) -> int:
    """Return the ordinal of 1 April of a year."""
    return date(year, 4, 1).toordinal()


@lru_cache(maxsize=100_000)
def written(day: int) -> str:
    """Write a day as DD/MM/YYYY."""
    return date.fromordinal(day).strftime("%d/%m/%Y")


@lru_cache(maxsize=10_000)
def birthday(born: int, age: int) -> int:
    """Return the day on which a child reaches an age; no child here is born on 29 February."""
    day = date.fromordinal(born)
    return day.replace(year=day.year + age).toordinal()


def calm(day: int) -> int:
    """Return the day itself, or one three days earlier: never 29 February, 31 March or 1 April.

    Events on the boundary of two years are reported differently by every reader of the guide.
    """
    found = date.fromordinal(day)
    return day - 3 if (found.month, found.day) in {(2, 29), (3, 31), (4, 1)} else day


def is_near_the_seam(day: int, days: int = 7) -> bool:
    """Return True if a day is within some days of the boundary of two collection years."""
    year = date.fromordinal(day).year
    return abs(day - first_day(year)) <= days
