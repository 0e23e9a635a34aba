"""One pack: an authority in a group of indicators, as the rows of the marts have it."""

from dataclasses import dataclass
from functools import cached_property

from reporting.charts.figures import Figure
from reporting.one_build import Build
from reporting.packs.answered import Beside, questions_beside, quiz_sentences
from reporting.packs.data import PackRows
from reporting.packs.rows import (
    CostAndOutcome,
    Driver,
    Indicator,
    Note,
    Opening,
    Peer,
    Profile,
    Reading,
    Statement,
    Year,
)
from reporting.packs.tried import Tried

# Which of its statements stand on the front page is told by the mart; so many at most.
FRONT_PAGE = 5
# So many entries of good practice at most are named beside a figure.
MOST_TRIED = 3


@dataclass(frozen=True)
class Pack:
    """What is known of one authority in one group."""

    rows: PackRows
    group_code: str
    authority_code: str

    @property
    def build(self) -> Build:
        """The build it was made from."""
        return self.rows.build

    @property
    def authority_name(self) -> str:
        """The name of the authority."""
        return self.rows.authorities[self.authority_code]

    @property
    def stamp(self) -> str:
        """What it is a pack of: authority, group, build, and the last decision that the build took in."""
        build = self.build
        return f"{self.authority_code} {self.group_code} build-{build.build_id} decision-{build.last_decision_id}"

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators of the group, in its order."""
        return tuple(each for each in self.rows.indicators if each.group_code == self.group_code)

    @cached_property
    def everybody(self) -> tuple[Profile, ...]:
        """The rows of all members, in the order of the indicators."""
        return tuple(each for each in self.rows.profiles if each.group_code == self.group_code)

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """The rows of the authority itself."""
        return tuple(each for each in self.everybody if each.authority_code == self.authority_code)

    @property
    def region(self) -> str:
        """The region that it is compared with."""
        return self.profiles[0].region

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All that is said of it, the most important first."""
        return tuple(
            each for each in self.rows.statements
            if (each.group_code, each.authority_code) == (self.group_code, self.authority_code)
        )  # fmt: skip

    @property
    def front_page(self) -> tuple[Statement, ...]:
        """What stands on the front page."""
        return tuple(each for each in self.statements if each.is_on_front_page)

    @property
    def openings(self) -> dict[str, list[Opening]]:
        """What each kind of reader sees first, by its title."""
        found: dict[str, list[Opening]] = {}
        for each in sorted(self.rows.openings, key=lambda each: (each.perspective_position, each.position)):
            if each.group_code == self.group_code:
                found.setdefault(each.perspective_title, []).append(each)
        return found

    @property
    def notes(self) -> tuple[Note, ...]:
        """What happened that concerns the group."""
        codes = {each.indicator_code for each in self.indicators}
        return tuple(
            each for each in self.rows.notes
            if each.group_code in (None, self.group_code) and each.indicator_code in (None, *codes)
        )  # fmt: skip

    @property
    def drivers(self) -> dict[str, list[Driver]]:
        """The nodes of its driver trees, by tree."""
        codes = {each.indicator_code for each in self.indicators}
        found: dict[str, list[Driver]] = {}
        for each in self.rows.drivers.get(self.authority_code, []):
            if each.indicator_code in codes:
                found.setdefault(each.tree_code, []).append(each)
        return found

    @property
    def pairs(self) -> dict[str, list[CostAndOutcome]]:
        """Costs beside outcomes, both of the group, of all members."""
        codes = {each.indicator_code for each in self.indicators}
        return {
            code: rows for code, rows in self.rows.pairs.items()
            if {rows[0].cost_indicator_code, rows[0].outcome_indicator_code} <= codes
        }  # fmt: skip

    def years_of(self, profile: Profile) -> list[Year]:
        """Return the years of all members and of the region."""
        return [
            year for year in self.rows.years.get(profile.indicator_code, [])
            if year.place_kind == "authority" or year.place_name == self.region
        ]  # fmt: skip

    def own_years(self, profile: Profile) -> list[Year]:
        """Return the years of the authority itself."""
        return [year for year in self.years_of(profile) if year.place_code == self.authority_code]

    def peers_of(self, profile: Profile) -> list[Peer]:
        """Return the newest figures of all councils, where they can be tested against chance."""
        return self.rows.peers.get(profile.indicator_code, [])

    def tried_by_others(self, indicator_code: str) -> list[Tried]:
        """Return what other members have tried about an indicator, the surest first."""
        others = [
            each for each in self.rows.tried.get(indicator_code, []) if each.authority_code != self.authority_code
        ]
        return others[:MOST_TRIED]

    def answered_beside(self, indicator_code: str) -> list[Beside]:
        """Return what was asked that may explain an indicator, and what the authority answered."""
        return questions_beside(self.rows.questionnaire, indicator_code, self.authority_code)

    @property
    def counted_in_quiz(self) -> list[tuple[str, str]]:
        """How the authority counted in the quiz about indicators of the group: sentences under their keys."""
        codes = {each.indicator_code for each in self.indicators}
        counted = [each for each in self.rows.counted.get(self.authority_code, []) if each.indicator_code in codes]
        return quiz_sentences(counted, self.authority_name)

    def reading_of(self, profile: Profile) -> Reading | None:
        """Return what hangs on how the definition is read, where something does."""
        return next(
            (
                each for each in self.rows.readings.get(profile.authority_code, [])
                if (each.indicator_code, each.period_code) == (profile.indicator_code, profile.period_code)
                and profile.basis == "submitted"
                # They are counted after the marts: those of another figure wait until they are.
                and each.agreed_value == profile.value
            ),
            None,
        )  # fmt: skip


@dataclass(frozen=True)
class Chance:
    """How many figures can be tested, how many stand apart, and how many would by chance alone."""

    tested: int
    apart: int
    expected: float


def chance(pack: Pack) -> Chance:
    """Count what stands apart, and what chance alone would set apart if all of the region were alike."""
    tested = [each for each in pack.profiles if each.chance_of_standing_apart is not None]
    expected = sum(each.chance_of_standing_apart or 0.0 for each in tested)
    return Chance(len(tested), sum(each.stands_apart for each in tested), expected)


def key(indicator_code: str, period_code: str, basis: str, place: str, what: str = "value") -> str:
    """Name a number, so that it can be found again from any form of the pack: `A1:2024-25:p:dudley:lower_95`."""
    named = f"{indicator_code}:{period_code}:{basis[0]}:{place}"
    return named if what == "value" else f"{named}:{what}"


def key_of(row: Profile, what: str = "value", place: str | None = None) -> str:
    """Name a number of a row."""
    return key(row.indicator_code, row.period_code, row.basis, place or row.authority_code, what)


def figure_of(row: Profile, what: str) -> Figure:
    """Return a number of a row under its key."""
    return Figure(getattr(row, what), key=key_of(row, what))


def own_figure(row: Profile) -> Figure:
    """Return the figure of a row with its interval."""
    if row.value is None or row.lower_95 is None or row.upper_95 is None:
        return figure_of(row, "value")
    return Figure(
        row.value, row.lower_95, row.upper_95,
        key_of(row, "value"), key_of(row, "lower_95"), key_of(row, "upper_95"),
    )  # fmt: skip
