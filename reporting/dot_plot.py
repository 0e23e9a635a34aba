"""A dot plot as SVG: one row an authority, its figure as a dot, its interval as a whisker, a regional line.

Only the geometry is worked out here; `dot_plot.svg.j2` draws it.
"""

import math
from dataclasses import dataclass

from reporting.marts import AuthorityFigure, IndicatorFigures

WIDTH = 760
LABELS = 160
VALUES = 70
ROW = 24
TOP = 34
BOTTOM = 44
TICKS = 5


@dataclass(frozen=True)
class Scale:
    """A linear axis from `start` to `end`, drawn between LABELS and WIDTH - VALUES."""

    start: float
    end: float
    step: float

    def x(self, value: float) -> float:
        """The place of a value, in pixels from the left."""
        return round(LABELS + (value - self.start) / (self.end - self.start) * (WIDTH - LABELS - VALUES), 1)

    @property
    def ticks(self) -> list[float]:
        """The values at the axis marks."""
        count = round((self.end - self.start) / self.step)
        return [self.start + number * self.step for number in range(count + 1)]


@dataclass(frozen=True)
class PlotRow:
    """One authority's row; without a figure it has no dot."""

    name: str
    y: float
    value: float | None
    x: float | None
    whisker: tuple[float, float] | None


@dataclass(frozen=True)
class DotPlot:
    """Everything the drawing needs."""

    width: int
    height: int
    scale: Scale
    rows: tuple[PlotRow, ...]
    region_x: float | None


def dot_plot(figures: IndicatorFigures) -> DotPlot:
    """Work out the geometry of one indicator's plot."""
    region = figures.region.value if figures.region else None
    numbers = [number for figure in figures.figures for number in _numbers(figure)]
    scale = scale_over([*numbers, *([region] if region is not None else [])])
    rows = tuple(_row(figure, place, scale) for place, figure in enumerate(figures.figures))
    return DotPlot(
        width=WIDTH,
        height=TOP + ROW * len(rows) + BOTTOM,
        scale=scale,
        rows=rows,
        region_x=None if region is None else scale.x(region),
    )


def scale_over(numbers: list[float]) -> Scale:
    """An axis with round marks (1, 2 or 5 times a power of ten) that holds all numbers."""
    lowest, highest = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    rough = (highest - lowest or abs(highest) or 1.0) / TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough * 0.999)
    start = math.floor(lowest / step) * step
    end = math.ceil(highest / step) * step
    return Scale(start, end if end > start else start + step, step)


def _row(figure: AuthorityFigure, place: int, scale: Scale) -> PlotRow:
    has_interval = figure.lower_95 is not None and figure.upper_95 is not None
    return PlotRow(
        name=figure.name,
        y=TOP + ROW * (place + 0.5),
        value=figure.value,
        x=None if figure.value is None else scale.x(figure.value),
        whisker=(scale.x(figure.lower_95 or 0.0), scale.x(figure.upper_95 or 0.0)) if has_interval else None,
    )


def _numbers(figure: AuthorityFigure) -> list[float]:
    if figure.value is None:
        return []
    return [number for number in (figure.lower_95, figure.value, figure.upper_95) if number is not None]
