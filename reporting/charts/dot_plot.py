"""A dot plot: one row per name, its figure as a dot, its interval as a whisker, a line for a reference.

A box around the dot reaches from the lowest to the highest figure under any reading of the definition. Beside it,
where there are any, stand the ranks that chance leaves possible, as a band from the best to the worst.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reporting.charts.figures import Cell, Subject, require_number
from reporting.charts.lettering import shorten
from reporting.charts.picture import WIDTH, Picture, draw
from reporting.charts.scales import Scale, scale_over

LABELS = 160
VALUES = 70
RANKS = 190
GAP = 24
ROW = 24
TOP = 34
BOTTOM = 44


@dataclass(frozen=True)
class Dot:
    """A name and its figure; where it has them an interval, its rank between the best and the worst possible one.

    `readings` are the lowest and the highest figure under any reading; the own one is emphasised.
    """

    name: str
    value: float | None
    interval: tuple[float, float] | None = None
    ranks: tuple[int, int, int] | None = None
    readings: tuple[float, float] | None = None
    is_own: bool = False
    key: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number."""
        for number in (self.value, *(self.interval or ()), *(self.readings or ())):
            require_number(number)


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
    is_own: bool
    key: str | None


@dataclass(frozen=True)
class DotPlot:
    """Everything the drawing needs."""

    width: int
    height: int
    scale: Scale
    rows: tuple[PlotRow, ...]
    reference_x: float | None
    ranks: Scale | None
    words: "Words | None" = None

    @property
    def bottom(self) -> int:
        """Where the rows end."""
        return self.height - BOTTOM


@dataclass(frozen=True)
class Words:
    """The words of a plot: the id of its element, its subject, the labels of its axes and of its line."""

    element_id: str
    title: str
    description: str
    unit: str
    reference_label: str
    ranks_label: str = ""
    reference_key: str | None = None


def draw_dot_plot(dots: Sequence[Dot], reference: float | None, decimals: int, words: Words) -> Picture:
    """Draw a plot, from top to bottom in the order of the dots."""
    # The unit stands at the axis: the values beside the dots go without.
    subject = Subject(words.element_id, words.title, "", decimals)
    plot = replace(dot_plot(dots, reference), words=words)
    return draw("dot_plot.svg.j2", subject, words.description, plot, _table(dots, reference, subject, words))


def dot_plot(dots: Sequence[Dot], reference: float | None) -> DotPlot:
    """Compute the geometry of a plot, from top to bottom in the order of the dots."""
    require_number(reference)
    numbers = [number for dot in dots for number in _numbers(dot)]
    numbers += [] if reference is None else [reference]
    scale = scale_over(numbers, LABELS, WIDTH - VALUES)
    ranks = _scale_of_ranks(dots)
    if ranks:
        scale = replace(scale, right=ranks.left - GAP - VALUES)
    return DotPlot(
        width=WIDTH,
        height=TOP + ROW * len(dots) + BOTTOM,
        scale=scale,
        rows=tuple(_row(dot, place, scale, ranks) for place, dot in enumerate(dots)),
        reference_x=None if reference is None else scale.at(reference),
        ranks=ranks,
    )


def _scale_of_ranks(dots: Sequence[Dot]) -> Scale | None:
    worst = max((dot.ranks[2] for dot in dots if dot.ranks), default=0)
    return Scale(0.5, worst + 0.5, 1, left=WIDTH - RANKS, right=WIDTH - 8) if worst else None


def _row(dot: Dot, place: int, scale: Scale, ranks: Scale | None) -> PlotRow:
    return PlotRow(
        name=shorten(dot.name, LABELS - 14, bold=dot.is_own),
        y=TOP + ROW * (place + 0.5),
        value=dot.value,
        x=None if dot.value is None else scale.at(dot.value),
        whisker=(scale.at(dot.interval[0]), scale.at(dot.interval[1])) if dot.interval else None,
        rank_x=ranks.at(dot.ranks[0]) if ranks and dot.ranks else None,
        box=(scale.at(dot.readings[0]), scale.at(dot.readings[1])) if dot.readings else None,
        # A rank is as wide as one step, so that a certain one is seen too.
        band=(ranks.at(dot.ranks[1] - 0.5), ranks.at(dot.ranks[2] + 0.5)) if ranks and dot.ranks else None,
        is_own=dot.is_own,
        key=dot.key,
    )


def _numbers(dot: Dot) -> list[float]:
    return [] if dot.value is None else [dot.value, *(dot.interval or ()), *(dot.readings or ())]


def _table(
    dots: Sequence[Dot], reference: float | None, subject: Subject, words: Words
) -> tuple[list[str], list[list[Cell]]]:
    # Only what some dot has gets columns.
    parts = {
        ("95 % from", "to"): [_two(dot.interval, subject) for dot in dots],
        ("Lowest reading", "highest"): [_two(dot.readings, subject) for dot in dots],
        ("Rank", "best possible", "worst possible"): [_ranks(dot) for dot in dots],
    }
    shown = {names: cells for names, cells in parts.items() if any(any(row) for row in cells)}
    rows: list[list[Cell]] = [
        [(dot.name, None), (subject.show(dot.value), dot.key)]
        + [(text, None) for names, cells in shown.items() for text in cells[place] or ("",) * len(names)]
        for place, dot in enumerate(dots)
    ]
    if reference is not None:
        empty: list[Cell] = [("", None) for names in shown for _ in names]
        rows.append([(words.reference_label, None), (subject.show(reference), words.reference_key), *empty])
    return ["Authority", f"Figure, {words.unit}" if words.unit else "Figure", *sum(shown, ())], rows


def _two(ends: tuple[float, float] | None, subject: Subject) -> tuple[str, ...]:
    return tuple(map(subject.show, ends)) if ends else ()


def _ranks(dot: Dot) -> tuple[str, ...]:
    return tuple(map(str, dot.ranks)) if dot.ranks else ()
