"""What is shown of an indicator: one basis for each year, and everybody's figure beside the region's."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from reporting.charts.figures import Subject
from reporting.definitions.register import Indicator, Version
from reporting.site.read import Shared
from reporting.site.rows import Authority, Compared, Event, GroupMember, Shown

BASES = ("submitted", "published", "sample")

# A figure: year and authority.
Named = tuple[str, str]


@dataclass(frozen=True)
class IndicatorFigures:
    """An indicator with its figures, those of one basis in each year."""

    indicator: Indicator
    members: tuple[Authority, ...]
    decimals: int
    shown: dict[Named, Shown]
    beside: dict[tuple[str, str, str], Compared]
    events: tuple[Event, ...]

    @property
    def code(self) -> str:
        """The code of the indicator, which is also the name of its page."""
        return self.indicator.code

    @property
    def title(self) -> str:
        """Its title in the newest version."""
        return self.indicator.latest["title"]

    @property
    def unit(self) -> str:
        """The unit of its figures."""
        return self.indicator.latest["unit"]

    @cached_property
    def years(self) -> list[str]:
        """The years in which a member has a figure, or one that is not shown."""
        codes = {member.authority_code for member in self.members}
        found = {
            year for (year, code), row in self.shown.items()
            if code in codes and (row.value is not None or row.not_shown == "confidential")
        }  # fmt: skip
        return sorted(found)

    @cached_property
    def newest(self) -> str | None:
        """The last year in which the figure of a member is shown."""
        codes = {member.authority_code for member in self.members}
        found = [year for (year, code), row in self.shown.items() if code in codes and row.value is not None]
        return max(found, default=None)

    def of(self, year: str, authority_code: str) -> Shown | None:
        """Return the figure of an authority in a year."""
        return self.shown.get((year, authority_code))

    def compared(self, year: str, authority_code: str, comparator_set: str = "region") -> Compared | None:
        """Return what a figure stands beside."""
        return self.beside.get((year, authority_code, comparator_set))

    def region(self, year: str) -> Compared | None:
        """Return what the region comes to in a year: of every member's row the same."""
        rows = (self.compared(year, member.authority_code) for member in self.members)
        return next((row for row in rows if row is not None), None)

    def version_in(self, year: str) -> Version | None:
        """Return the version that the figures of a year are counted by."""
        numbers = [row.definition_version for (of_year, _), row in self.shown.items() if of_year == year]
        return next((one for one in self.indicator.versions if one.number in numbers), None)

    def basis_in(self, year: str) -> str:
        """Return the basis of the figures of a year."""
        return next(row.basis for (of_year, _), row in self.shown.items() if of_year == year)

    def subject(self, what: str, title: str) -> Subject:
        """Return the subject of a picture of it."""
        return Subject(f"{what}-{self.code.lower().replace('.', '_')}", title, self.unit, self.decimals)


def collect_figures(shared: Shared) -> dict[str, IndicatorFigures]:
    """Collect what is shown of every indicator of the register, by its code and in its order."""
    members = tuple(sorted((each for each in shared.of(Authority) if each.is_member), key=lambda each: each.name))
    codes = {member.authority_code for member in members}
    rows, beside = defaultdict(list), defaultdict(list)
    for row in shared.of(Shown):
        rows[row.indicator_code].append(row)
    for compared in shared.of(Compared):
        beside[compared.indicator_code].append(compared)
    groups = defaultdict(list)
    for each in shared.of(GroupMember):
        groups[each.indicator_code].append(each)
    return {
        indicator.code: _figures(
            indicator, members, _preferred(rows[indicator.code], codes), beside[indicator.code],
            groups[indicator.code], shared.of(Event),
        )
        for indicator in shared.register
    }  # fmt: skip


def _figures(
    indicator: Indicator,
    members: tuple[Authority, ...],
    shown: dict[Named, Shown],
    beside: Iterable[Compared],
    groups: Sequence[GroupMember],
    events: Iterable[Event],
) -> IndicatorFigures:
    of_groups = {each.group_code for each in groups}
    return IndicatorFigures(
        indicator=indicator,
        members=members,
        decimals=groups[0].decimals if groups else _decimals(indicator.latest["unit"], shown.values()),
        shown=shown,
        beside={
            (row.period_code, row.authority_code, row.comparator_set): row for row in beside
            if (found := shown.get((row.period_code, row.authority_code))) and found.basis == row.basis
        },
        events=tuple(
            event for event in events
            if event.indicator_code == indicator.code or event.group_code in of_groups
            or (event.indicator_code is None and event.group_code is None)
        ),
    )  # fmt: skip


def _preferred(rows: Iterable[Shown], members: set[str]) -> dict[Named, Shown]:
    """Take one basis in each year for everybody: that on which most members have a figure, as the marts do."""
    found = list(rows)
    known = Counter((row.period_code, row.basis) for row in found
                    if row.authority_code in members and row.value is not None)  # fmt: skip
    every = Counter((row.period_code, row.basis) for row in found if row.value is not None)
    bases: dict[str, str] = {}
    for year in {row.period_code for row in found}:
        bases[year] = max(BASES, key=lambda basis: (known[year, basis], every[year, basis], -BASES.index(basis)))
    return {(row.period_code, row.authority_code): row for row in found if row.basis == bases[row.period_code]}


def _decimals(unit: str, rows: Iterable[Shown]) -> int:
    """Show three or four digits of a figure that no group has a word on; of percentages one decimal."""
    if unit == "%":
        return 1
    values = [abs(row.value) for row in rows if row.value is not None]
    middle = median(values) if values else 0
    return 0 if middle >= 100 else 1 if middle >= 10 else 2
