"""Groups of indicators: those of one client group, as the register has them."""

import re
from dataclasses import dataclass
from itertools import groupby

from reporting.comparison.indicator_figures import IndicatorFigures


@dataclass(frozen=True)
class Group:
    """The indicators of one client group, in the order of service, finance and outcome."""

    name: str
    indicators: tuple[IndicatorFigures, ...]

    @property
    def title(self) -> str:
        """The name as a heading."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def slug(self) -> str:
        """The name as an address, and as the name of a file."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def periods(self) -> list[str]:
        """The years of its figures, oldest first."""
        return sorted({figures.period_code for figures in self.indicators})


def grouped(indicators: list[IndicatorFigures]) -> list[Group]:
    """Group indicators that come in the order of their client groups."""
    return [
        Group(name, tuple(of_group)) for name, of_group in groupby(indicators, lambda f: f.indicator.client_group)
    ]


def years_apart(periods: list[str | None]) -> str:
    """Say which years stand beside each other; empty where all figures are of one."""
    years = sorted({period for period in periods if period})
    if len(years) < 2:
        return ""
    return f"{years[0]} beside {years[-1]}: the figures are of {len(years)} different years."
