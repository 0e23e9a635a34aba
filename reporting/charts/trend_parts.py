"""What a trend is made of: series of years, breaks of definition, notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from reporting.charts.figures import MISSING, Figure
from reporting.charts.years import first_calendar_year

# The own authority, who it is compared with, another authority, and the own one in the prices of one year.
Role = Literal["own", "comparator", "peer", "real"]
Basis = Literal["submitted", "published"]


@dataclass(frozen=True)
class YearFigure:
    """The figure of a year; `earlier` is what it was said to be before it was restated."""

    year: str
    figure: Figure
    earlier: Figure = MISSING
    basis: Basis = "submitted"

    def __post_init__(self) -> None:
        """Refuse what is no financial year."""
        first_calendar_year(self.year)

    @property
    def is_restated(self) -> bool:
        """Whether it was another figure before."""
        return None not in (self.figure.value, self.earlier.value) and self.figure.value != self.earlier.value


@dataclass(frozen=True)
class Series:
    """The figures of one authority or group, in any order of years."""

    name: str
    years: tuple[YearFigure, ...]
    role: Role = "peer"

    @property
    def known(self) -> list[YearFigure]:
        """The years with a figure, from the first to the last."""
        return sorted((year for year in self.years if year.figure.value is not None), key=lambda year: year.year)

    def find(self, year: str) -> YearFigure:
        """Return the figure of a year, which may be missing."""
        return next((found for found in self.years if found.year == year), YearFigure(year, MISSING))

    def runs(self, breaks: Sequence["Break"]) -> Iterator[list[YearFigure]]:
        """Yield the parts that are drawn as one line: neither over a missing year nor over a break."""
        run: list[YearFigure] = []
        first_years = {first_calendar_year(at.year) for at in breaks}
        for year in self.known:
            now = first_calendar_year(year.year)
            if run and (now in first_years or now != first_calendar_year(run[-1].year) + 1):
                yield run
                run = []
            run.append(year)
        if run:
            yield run


@dataclass(frozen=True)
class Break:
    """From this year on the figures follow another definition."""

    year: str
    label: str

    def __post_init__(self) -> None:
        """Refuse what is no financial year."""
        first_calendar_year(self.year)


@dataclass(frozen=True)
class Annotation:
    """What is to be known of a year; `when` says it more exactly."""

    year: str
    text: str
    when: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no financial year."""
        first_calendar_year(self.year)
