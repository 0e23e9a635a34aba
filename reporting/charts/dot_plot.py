"""A dot plot as SVG: one row per name, its figure as a dot, its interval as a whisker, a line for a reference.

A box around the dot reaches from the lowest to the highest figure under any reading of the definition. Beside it,
where there are any, stand the ranks that chance leaves possible, as a band from the best to the worst.

Only the geometry is computed here; `dot_plot.svg.j2` draws it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from ingestion.outbox.pages import page_templates
from reporting.numbers import show_number

WIDTH = 760
LABELS = 160
VALUES = 70
RANKS = 190
GAP = 24
ROW = 24
TOP = 34
BOTTOM = 44
TICKS = 5


@dataclass(frozen=True)
class Scale:
    """A linear axis from `start` to `end`, drawn between the pixels `left` and `right`."""

    start: float
    end: float
    step: float
    left: float = LABELS
    right: float = WIDTH - VALUES

    def x(self, value: float) -> float:
        """Return the x position of a value, in pixels from the left."""
        return round(self.left + (value - self.start) / (self.end - self.start) * (self.right - self.left), 1)

    @property
    def ticks(self) -> list[float]:
        """The values at the axis marks."""
        count = round((self.end - self.start) / self.step)
        return [self.start + number * self.step for number in range(count + 1)]


@dataclass(frozen=True)
class Dot:
    """A name and its figure; where it has them an interval, its rank between the best and the worst possible one.

    `readings` are the lowest and the highest figure under any reading of the definition.
    """

    name: str
    value: float | None
    interval: tuple[float, float] | None = None
    ranks: tuple[int, int, int] | None = None
    readings: tuple[float, float] | None = None


@dataclass(frozen=True)
class PlotRow:
    """The row of one name; without a figure it has no dot."""

    name: str
    y: float
    value: float | None
    x: float | None
    whisker: tuple[float, float] | None
    rank_x: float | None
    band: tuple[float, float] | None
    box: tuple[float, float] | None


@dataclass(frozen=True)
class DotPlot:
    """Everything the drawing needs."""

    width: int
    height: int
    scale: Scale
    rows: tuple[PlotRow, ...]
    reference_x: float | None
    ranks: Scale | None


@dataclass(frozen=True)
class Words:
    """The words of a plot: the id of its element, its subject, the labels of its axes and of its line."""

    element_id: str
    title: str
    description: str
    unit: str
    reference_label: str
    ranks_label: str = ""


def draw_dot_plot(dots: Sequence[Dot], reference: float | None, decimals: int, words: Words) -> Markup:
    """Draw a plot as an SVG element to embed in a page."""
    plot = dot_plot(dots, reference)
    tick_decimals = 0 if plot.scale.step >= 1 else decimals
    template = _environment().get_template("dot_plot.svg.j2")
    svg = template.render(plot=plot, words=words, decimals=decimals, tick_decimals=tick_decimals)
    return Markup(svg)  # noqa: S704 -- rendered with autoescape just above


def dot_plot(dots: Sequence[Dot], reference: float | None) -> DotPlot:
    """Compute the geometry of a plot, from top to bottom in the order of the dots."""
    numbers = [number for dot in dots for number in _numbers(dot)]
    scale = scale_over([*numbers, *([reference] if reference is not None else [])])
    ranks = _scale_of_ranks(dots)
    if ranks:
        scale = replace(scale, right=ranks.left - GAP - VALUES)
    rows = tuple(_row(dot, place, scale, ranks) for place, dot in enumerate(dots))
    return DotPlot(
        width=WIDTH,
        height=TOP + ROW * len(rows) + BOTTOM,
        scale=scale,
        rows=rows,
        reference_x=None if reference is None else scale.x(reference),
        ranks=ranks,
    )


def scale_over(numbers: list[float]) -> Scale:
    """Return an axis with round marks (1, 2 or 5 times a power of ten) that covers all numbers."""
    lowest, highest = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    rough = (highest - lowest or abs(highest) or 1.0) / TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough * 0.999)
    start = math.floor(lowest / step) * step
    end = math.ceil(highest / step) * step
    return Scale(start, end if end > start else start + step, step)


def _scale_of_ranks(dots: Sequence[Dot]) -> Scale | None:
    worst = max((dot.ranks[2] for dot in dots if dot.ranks), default=0)
    return Scale(0.5, worst + 0.5, 1, left=WIDTH - RANKS, right=WIDTH - 8) if worst else None


def _row(dot: Dot, place: int, scale: Scale, ranks: Scale | None) -> PlotRow:
    return PlotRow(
        name=dot.name,
        y=TOP + ROW * (place + 0.5),
        value=dot.value,
        x=None if dot.value is None else scale.x(dot.value),
        whisker=(scale.x(dot.interval[0]), scale.x(dot.interval[1])) if dot.interval else None,
        rank_x=ranks.x(dot.ranks[0]) if ranks and dot.ranks else None,
        box=(scale.x(dot.readings[0]), scale.x(dot.readings[1])) if dot.readings else None,
        # A rank is as wide as one step, so that a certain one is seen too.
        band=(ranks.x(dot.ranks[1] - 0.5), ranks.x(dot.ranks[2] + 0.5)) if ranks and dot.ranks else None,
    )


def _numbers(dot: Dot) -> list[float]:
    return [] if dot.value is None else [dot.value, *(dot.interval or ()), *(dot.readings or ())]


@cache
def _environment() -> Environment:
    return page_templates(Path(__file__).parent, number=show_number)
