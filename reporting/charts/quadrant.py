"""A quadrant: what each authority spends beside what comes of it, divided by the medians."""

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.charts.figures import Cell, Figure, Polarity, Subject, listing, without_figure
from reporting.charts.lettering import Box, Label, Spot, line_label, place_labels
from reporting.charts.picture import WIDTH, Picture, draw
from reporting.charts.scales import Scale, scale_over

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 62, WIDTH - 26, 40, 384, 430


@dataclass(frozen=True)
class QuadrantPoint:
    """An authority: its cost and its outcome."""

    name: str
    cost: Figure
    outcome: Figure
    is_own: bool = False

    @property
    def place(self) -> tuple[float, float] | None:
        """Cost and outcome, where both are known."""
        cost, outcome = self.cost.value, self.outcome.value
        return None if cost is None or outcome is None else (cost, outcome)


@dataclass(frozen=True)
class Measured:
    """What an axis shows: its name, its unit and decimals, and the median that divides it."""

    name: str
    unit: str
    decimals: int
    median: Figure

    @property
    def subject(self) -> Subject:
        """How its figures are written."""
        return Subject("", self.name, self.unit, self.decimals)


@dataclass(frozen=True)
class QuadrantMark:
    """Where an authority stands, with its whiskers and its label."""

    point: QuadrantPoint
    x: float
    y: float
    across: tuple[float, float] | None
    upright: tuple[float, float] | None
    label: Label | None


@dataclass(frozen=True)
class Quadrant:
    """Everything the drawing needs."""

    width: int
    height: int
    x: Scale
    y: Scale
    cost: Measured
    outcome: Measured
    median_x: float | None
    median_y: float | None
    level: Label | None
    names: tuple[Label, ...]
    marks: tuple[QuadrantMark, ...]
    direction: str


def draw_quadrant(
    subject: Subject, points: Sequence[QuadrantPoint], cost: Measured, outcome: Measured, polarity: Polarity
) -> Picture:
    """Draw cost from left to right and outcome upward; the better end of the outcome is above."""
    chart = quadrant(points, cost, outcome, polarity)
    words = _describe(points, cost, outcome, polarity)
    return draw("quadrant.svg.j2", subject, words, chart, _table(points, cost, outcome, polarity))


def quadrant(points: Sequence[QuadrantPoint], cost: Measured, outcome: Measured, polarity: Polarity) -> Quadrant:
    """Compute the geometry of a quadrant; the own authority is drawn last, above all others."""
    drawn = sorted((point for point in points if point.place), key=lambda point: (not point.is_own, point.name))
    ends = (TOP, BOTTOM) if polarity == "low" else (BOTTOM, TOP)
    x = scale_over(_numbers([point.cost for point in drawn], cost.median), LEFT, RIGHT)
    y = scale_over(_numbers([point.outcome for point in drawn], outcome.median), *ends)
    names = _names(polarity) if None not in (cost.median.value, outcome.median.value) else ()
    spots = [_spot(point, x, y) for point in drawn]
    boxes = [name.box for name in names]
    level = _level(outcome, y, [*boxes, *(spot.box for spot in spots)])
    boxes += [level.box] if level else []
    medians = _medians(_at(cost.median, x), _at(outcome.median, y))
    labels = place_labels(spots, Box(LEFT + 2, TOP, RIGHT, BOTTOM), boxes, medians)
    marks = [
        QuadrantMark(point, spot.x, spot.y, _ends(point.cost, x), _ends(point.outcome, y), label)
        for point, spot, label in zip(drawn, spots, labels, strict=True)
    ]
    direction = {"low": "lower, and better, is above", "high": "higher, and better, is above", "none": ""}[
        polarity
    ]
    return Quadrant(
        WIDTH, HEIGHT, x, y, cost, outcome, _at(cost.median, x), _at(outcome.median, y), level, names,
        tuple(reversed(marks)), direction,
    )  # fmt: skip


def quarter(point: QuadrantPoint, cost: Measured, outcome: Measured, polarity: Polarity) -> str:
    """Say where an authority lies by the medians; empty where a figure or a median is missing."""
    place, middle = point.place, (cost.median.value, outcome.median.value)
    if place is None or middle[0] is None or middle[1] is None:
        return ""
    sides = [
        "at the median" if here == median else "higher" if here > median else "lower"
        for here, median in zip(place, (middle[0], middle[1]), strict=True)
    ]
    better = {"high": {"higher": "better", "lower": "worse"}, "low": {"higher": "worse", "lower": "better"}}
    second = better.get(polarity, {}).get(sides[1], sides[1])
    return _quarter_name(sides[0], second)


def _quarter_name(cost: str, outcome: str) -> str:
    words = [
        f"{what} {side}" if side == "at the median" else f"{side} {what}"
        for side, what in ((cost, "cost"), (outcome, "outcome"))
    ]
    return ", ".join(words)


def _names(polarity: Polarity) -> tuple[Label, ...]:
    up, down = ("higher", "lower") if polarity == "none" else ("better", "worse")
    return tuple(
        Label(_quarter_name(cost, outcome), x, y, anchor)
        for cost, x, anchor in (("lower", LEFT + 6, "start"), ("higher", RIGHT - 6, "end"))
        for outcome, y in ((up, TOP + 14), (down, BOTTOM - 8))
    )


def _level(outcome: Measured, y: Scale, others: list[Box]) -> Label | None:
    words, at = f"median {outcome.subject.show(outcome.median.value)}", _at(outcome.median, y)
    return None if at is None else line_label(words, LEFT, RIGHT, at, others)


def _medians(x: float | None, y: float | None) -> list[Box]:
    upright = [] if x is None else [Box(x - 1, TOP, x + 1, BOTTOM)]
    level = [] if y is None else [Box(LEFT, y - 1, RIGHT, y + 1)]
    return upright + level


def _numbers(figures: Sequence[Figure], median: Figure) -> list[float]:
    return [number for figure in (*figures, median) for number in figure.numbers]


def _spot(point: QuadrantPoint, x: Scale, y: Scale) -> Spot:
    cost, outcome = point.place or (0.0, 0.0)
    return Spot(x.at(cost), y.at(outcome), point.name, radius=8 if point.is_own else 4, bold=point.is_own)


def _at(figure: Figure, axis: Scale) -> float | None:
    return None if figure.value is None else axis.at(figure.value)


def _ends(figure: Figure, axis: Scale) -> tuple[float, float] | None:
    return (axis.at(figure.interval[0]), axis.at(figure.interval[1])) if figure.interval else None


def _describe(points: Sequence[QuadrantPoint], cost: Measured, outcome: Measured, polarity: Polarity) -> str:
    placed = {point.name: quarter(point, cost, outcome, polarity) for point in points if point.place}
    words = []
    for point in points:
        if point.is_own and point.place:
            figures = (cost.subject.show(point.cost.value), outcome.subject.show(point.outcome.value))
            place = f": {placed[point.name]}" if placed[point.name] else ""
            words.append(f"{point.name}{place} ({cost.name} {figures[0]}, {outcome.name} {figures[1]}).")
    for place in dict.fromkeys(sorted(filter(None, placed.values()))):
        names = [name for name, found in placed.items() if found == place]
        words.append(f"{place.capitalize()}: {len(names)} ({listing(names)}).")
    return (" ".join(words) + without_figure(point.name for point in points if not point.place)).strip()


def _table(
    points: Sequence[QuadrantPoint], cost: Measured, outcome: Measured, polarity: Polarity
) -> tuple[list[str], list[list[Cell]]]:
    rows: list[list[Cell]] = []
    for point in points:
        row: list[Cell] = [(point.name, None)]
        for figure, axis in ((point.cost, cost), (point.outcome, outcome)):
            row += [axis.subject.cell(figure), *axis.subject.ends(figure)]
        rows.append([*row, (quarter(point, cost, outcome, polarity), None)])
    middle = [*[cost.subject.cell(cost.median)], *[("", None)] * 2, outcome.subject.cell(outcome.median)]
    rows.append([("Median", None), *middle, *[("", None)] * 3])
    intervals = [f"{axis.name}, 95 % {end}" for axis in (cost, outcome) for end in ("from", "to")]
    return ["Authority", cost.name, *intervals[:2], outcome.name, *intervals[2:], "Quarter"], rows
