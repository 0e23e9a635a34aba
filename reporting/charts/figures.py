"""What pictures are made of: figures that may be missing, what they are figures of, and names in a sentence."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from reporting.numbers import NO_FIGURE, show_figure, show_signed

# How many names a sentence lists before it counts the rest.
NAMES = 6

# Which end of an indicator is better.
Polarity = Literal["low", "high", "none"]

# A cell of a table: its words, and the key of the number they are.
Cell = tuple[str, str | None]


def require_number(value: float | None) -> None:
    """Refuse not-a-number and infinity: a missing figure is None."""
    if value is not None and not math.isfinite(value):
        raise ValueError(f"{value} cannot be drawn; a missing figure is None")


@dataclass(frozen=True)
class Figure:
    """A number to draw, where it has one its 95 % interval, and the keys under which they are found again.

    A figure without a value is missing: never zero, never not-a-number.
    """

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    key: str | None = None
    lower_key: str | None = None
    upper_key: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number, and half an interval."""
        for number in (self.value, self.lower, self.upper):
            require_number(number)
        if (self.lower is None) != (self.upper is None):
            raise ValueError(f"an interval has two ends, not {self.lower} and {self.upper}")

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval, where the figure and both ends are known."""
        known = self.value is not None and self.lower is not None and self.upper is not None
        return (self.lower, self.upper) if known else None  # type: ignore[return-value]  # known, just above

    @property
    def numbers(self) -> tuple[float, ...]:
        """Every number of it that is known; none where the figure itself is missing."""
        return () if self.value is None else (self.value, *(self.interval or ()))


MISSING = Figure()


@dataclass(frozen=True)
class Subject:
    """What a picture is of: the id its elements begin with, its title, the unit and decimals of its figures."""

    element_id: str
    title: str
    unit: str = ""
    decimals: int = 0

    def show(self, value: float | None) -> str:
        """Write a figure."""
        return show_figure(value, self.decimals, self.unit)

    def signed(self, value: float | None) -> str:
        """Write a difference."""
        return show_signed(value, self.decimals, self.unit)

    def cell(self, figure: Figure) -> Cell:
        """Write a figure into a table."""
        return self.show(figure.value), figure.key

    def ends(self, figure: Figure) -> tuple[Cell, Cell]:
        """Write the ends of the interval of a figure into a table."""
        lower, upper = figure.interval or (None, None)
        return (
            ("" if lower is None else self.show(lower), figure.lower_key),
            ("" if upper is None else self.show(upper), figure.upper_key),
        )


def listing(names: Iterable[str]) -> str:
    """Write names as a list in a sentence; of many the first ones, and how many more."""
    found = list(names)
    if len(found) > NAMES + 1:
        return f"{', '.join(found[:NAMES])} and {len(found) - NAMES} more"
    return " and ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))


def without_figure(names: Iterable[str]) -> str:
    """Say who has no figure; empty where all have one."""
    found = list(names)
    return f" {NO_FIGURE.capitalize()}: {listing(found)}." if found else ""
