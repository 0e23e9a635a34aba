"""A funnel plot: figures against their size, with the limits of chance around a comparator.

Spiegelhalter DJ (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24:1185-1202.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reporting.charts.figures import MISSING, Cell, Figure, Subject, listing, require_number, without_figure
from reporting.charts.lettering import Box, Label, Spot, place_labels
from reporting.charts.picture import WIDTH, Picture, draw
from reporting.charts.scales import Axis, Scale, scale_over, size_scale
from reporting.numbers import show_figure

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 62, WIDTH - 12, 26, 360, 408

# A curve that is computed has so many steps.
STEPS = 48

WITHIN = "within the limits"
SIDES = ("99.8 % from", "95 % from", "95 % to", "99.8 % to")


@dataclass(frozen=True)
class Limits:
    """Between which figures chance alone leaves one of this size: 99.8 % and 95 %; `keys` in the same order."""

    lower_998: float
    lower_95: float
    upper_95: float
    upper_998: float
    keys: tuple[str | None, str | None, str | None, str | None] = (None, None, None, None)

    def __post_init__(self) -> None:
        """Refuse what is no number."""
        for number in self.numbers:
            require_number(number)

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        """The four limits, from the lowest to the highest."""
        return self.lower_998, self.lower_95, self.upper_95, self.upper_998

    def position(self, value: float) -> str:
        """Say where a figure lies."""
        if value < self.lower_998 or value > self.upper_998:
            return f"{'below' if value < self.lower_998 else 'above'} the 99.8 % limits"
        if value < self.lower_95 or value > self.upper_95:
            return f"{'below' if value < self.lower_95 else 'above'} the 95 % limits"
        return WITHIN


@dataclass(frozen=True)
class FunnelPoint:
    """An authority: its figure, its size (the denominator) and the limits at this size."""

    name: str
    figure: Figure
    size: Figure
    limits: Limits | None = None
    is_own: bool = False
    is_member: bool = False

    @property
    def place(self) -> tuple[float, float] | None:
        """Size and figure, where it can be drawn: it has a figure, and a size above zero."""
        value, size = self.figure.value, self.size.value
        return None if value is None or size is None or size <= 0 else (size, value)

    @property
    def position(self) -> str:
        """Where it lies in the funnel, in words."""
        return self.limits.position(self.place[1]) if self.place and self.limits else ""


@dataclass(frozen=True)
class Funnel:
    """Everything the drawing needs."""

    width: int
    height: int
    x: Axis
    y: Scale
    size_name: str
    curves: tuple[tuple[bool, tuple[tuple[float, float], ...]], ...]
    comparator_y: float | None
    comparator: Label | None
    comparator_key: str | None
    marks: tuple[tuple[FunnelPoint, float, float, Label | None], ...]


def draw_funnel(
    subject: Subject,
    points: Sequence[FunnelPoint],
    comparator_name: str,
    comparator: Figure = MISSING,
    size_name: str = "size",
    limits_at: Callable[[float], Limits] | None = None,
) -> Picture:
    """Draw the figures of many authorities against their size.

    The curves go through the limits of the points, or through those that `limits_at` gives for a size.
    """
    chart = funnel(subject, points, comparator_name, comparator, size_name, limits_at)
    description = _describe(subject, points, comparator_name, comparator)
    return draw("funnel.svg.j2", subject, description, chart, _table(subject, points, comparator_name, comparator))


def funnel(
    subject: Subject,
    points: Sequence[FunnelPoint],
    comparator_name: str,
    comparator: Figure = MISSING,
    size_name: str = "size",
    limits_at: Callable[[float], Limits] | None = None,
) -> Funnel:
    """Compute the geometry of a funnel plot; the own authority is drawn last, above all others."""
    drawn = [(point, point.place) for point in sorted(points, key=_importance) if point.place]
    x = size_scale([place[0] for _, place in drawn if place], LEFT, RIGHT - 8)
    limits = _limits(points, limits_at)
    y = _upright(points, comparator, limits)
    curves = tuple(_curves(limits, x, y)) if comparator.value is not None else ()
    comparator_y = None if comparator.value is None else y.at(comparator.value)
    places = [(x.at(place[0]), y.at(place[1])) for _, place in drawn if place]
    spots = [_spot(subject, point, at) for (point, _), at in zip(drawn, places, strict=True)]
    words = f"{comparator_name} {subject.show(comparator.value)}"
    line = None if comparator_y is None else _line_label(words, comparator_y, spots)
    labels = place_labels(
        spots, Box(LEFT + 2, TOP, RIGHT, BOTTOM), [line.box] if line else [], _lines(curves, comparator_y)
    )
    marks = [(point, *at, label) for (point, _), at, label in zip(drawn, places, labels, strict=True)]
    return Funnel(
        WIDTH, HEIGHT, x, y, size_name, curves, comparator_y, line, comparator.key, tuple(reversed(marks))
    )  # fmt: skip


def _lines(
    curves: Sequence[tuple[bool, tuple[tuple[float, float], ...]]], comparator_y: float | None
) -> list[Box]:
    """Return the room of the lines, which labels better keep away from."""
    level = [] if comparator_y is None else [Box(LEFT, comparator_y - 1, RIGHT, comparator_y + 1)]
    return level + [
        Box(min(x1, x2), min(y1, y2) - 1, max(x1, x2), max(y1, y2) + 1)
        for _, curve in curves for (x1, y1), (x2, y2) in pairwise(curve)
    ]  # fmt: skip


def _importance(point: FunnelPoint) -> tuple[bool, bool, bool, str]:
    # The own one first, then members, and those beyond a limit before the others.
    return not point.is_own, not point.is_member, point.position in ("", WITHIN), point.name


def _spot(subject: Subject, point: FunnelPoint, at: tuple[float, float]) -> Spot:
    if point.is_own:
        return Spot(*at, f"{point.name} {subject.show(point.figure.value)}", radius=8, bold=True)
    return Spot(*at, point.name if point.is_member else "", radius=4 if point.is_member else 2.5)


def _line_label(words: str, y: float, spots: Sequence[Spot]) -> Label:
    """Return the label of the comparator's line, at an end and on a side where no mark stands if there is one."""
    places = [
        Label(words, at, y + away, anchor, bold=True)
        for at, anchor in ((RIGHT, "end"), (LEFT + 6, "start"), ((LEFT + RIGHT) / 2, "middle"))
        for away in (-5, 14)
    ]
    return min(places, key=lambda place: sum(place.box.meets(spot.box) for spot in spots))


def _limits(
    points: Sequence[FunnelPoint], limits_at: Callable[[float], Limits] | None
) -> list[tuple[float, Limits]]:
    """Return the limits to draw, from the smallest size to the largest; one of each size."""
    sizes = sorted({point.place[0] for point in points if point.place})
    if limits_at and sizes:
        first, last = sizes[0], sizes[-1]
        # As many steps on each part of a logarithmic axis: the curves bend where authorities are small.
        steps = sorted({first * (last / first) ** (step / STEPS) for step in range(STEPS + 1)})
        return [(size, limits_at(size)) for size in steps]
    found = {point.place[0]: point.limits for point in points if point.place and point.limits}
    return sorted(found.items())


def _upright(points: Sequence[FunnelPoint], comparator: Figure, limits: list[tuple[float, Limits]]) -> Scale:
    """Return the axis of figures: it holds every figure, and the limits as far as they do not squash these."""
    values = [*(point.place[1] for point in points if point.place), *comparator.numbers[:1]]
    if not values:
        return scale_over([], BOTTOM, TOP)
    lowest, highest = min(values), max(values)
    room = (highest - lowest) * 0.5 or abs(highest) * 0.5 or 1.0
    edges = [number for _, at in limits for number in at.numbers]
    return scale_over(
        [*values, *(min(max(edge, lowest - room), highest + room) for edge in edges)], BOTTOM, TOP
    )  # fmt: skip


def _curves(
    limits: list[tuple[float, Limits]], x: Axis, y: Scale
) -> Iterable[tuple[bool, tuple[tuple[float, float], ...]]]:
    for side in range(4):
        through = [(x.at(size), at.numbers[side]) for size, at in limits]
        for run in _within(through, y.start, y.end):
            yield side in (0, 3), tuple((across, y.at(value)) for across, value in run)


def _within(through: list[tuple[float, float]], low: float, high: float) -> list[list[tuple[float, float]]]:
    """Return the parts of a line that lie between two values, cut where it leaves them."""
    runs: list[list[tuple[float, float]]] = [[]]
    for (x1, y1), (x2, y2) in pairwise(through):
        cuts = sorted((edge - y1) / (y2 - y1) for edge in (low, high) if (y1 - edge) * (y2 - edge) < 0)
        for start, end in pairwise([0.0, *cuts, 1.0]):
            middle = y1 + (y2 - y1) * (start + end) / 2
            ends = [(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share) for share in (start, end)]
            if low <= middle <= high:
                runs[-1] += ends[1:] if runs[-1] else ends
            elif runs[-1]:
                runs.append([])
    return [run for run in runs if run]


def _describe(subject: Subject, points: Sequence[FunnelPoint], comparator_name: str, comparator: Figure) -> str:
    drawn = [point for point in points if point.place]
    words = [
        f"{point.name}: {subject.show(point.figure.value)}{f', {point.position}' if point.position else ''}."
        for point in points
        if point.is_own
    ]
    if comparator.value is not None:
        words.append(f"{comparator_name}: {subject.show(comparator.value)}.")
    judged = [point for point in drawn if point.limits]
    if judged:
        words.append(f"Of {len(judged)} authorities with a figure and limits: {_outside(judged)}.")
    missing = without_figure(point.name for point in points if not point.place)
    return " ".join(words) + missing if words else missing.strip() or "No figures."


def _outside(judged: Sequence[FunnelPoint]) -> str:
    kinds = [f"{side} the {band} % limits" for band in ("99.8", "95") for side in ("below", "above")]
    found = {kind: [point.name for point in judged if point.position == kind] for kind in kinds}
    told = [f"{len(names)} {kind} ({listing(names)})" for kind, names in found.items() if names]
    return "; ".join(told) if told else "none lies outside them"


def _table(
    subject: Subject, points: Sequence[FunnelPoint], comparator_name: str, comparator: Figure
) -> tuple[list[str], list[list[Cell]]]:
    rows: list[list[Cell]] = []
    for point in points:
        limits: list[Cell] = [("", None)] * 4
        if point.limits:
            limits = [
                (subject.show(at), key) for at, key in zip(point.limits.numbers, point.limits.keys, strict=True)
            ]
        size = (show_figure(point.size.value, 0), point.size.key)
        rows.append([(point.name, None), size, subject.cell(point.figure), *limits, (point.position, None)])
    if comparator.value is not None:
        rows.append([(comparator_name, None), ("", None), subject.cell(comparator), *[("", None)] * 5])
    return ["Authority", "Size", "Figure", *SIDES, "Place in the funnel"], rows
