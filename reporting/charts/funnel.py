"""A funnel plot: figures against their size, with the limits of chance around a comparator.

Spiegelhalter DJ (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24:1185-1202.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from reporting.charts.figures import MISSING, Figure, Subject
from reporting.charts.funnel_parts import WITHIN, FunnelPoint, Limits
from reporting.charts.funnel_words import describe, funnel_table
from reporting.charts.lettering import Box, Label, Spot, line_label, place_labels
from reporting.charts.picture import WIDTH, Picture, draw
from reporting.charts.scales import Axis, Scale, scale_over, size_scale

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 62, WIDTH - 12, 26, 360, 408

# A curve has about so many steps over sizes a hundred times apart.
STEPS, LONG = 48, log(100)


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

    @property
    def others(self) -> list[tuple[float, float]]:
        """Where authorities stand that are neither the own one nor members."""
        return [(x, y) for point, x, y, _ in self.marks if not (point.is_own or point.is_member)]

    @property
    def words_of_others(self) -> str:
        """What those are, for the key."""
        have_limits = any(each.limits for each, *_ in self.marks if not (each.is_own or each.is_member))
        return "others" if have_limits or not self.curves else "others, to whom these limits do not apply"


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
    words = describe(subject, points, comparator_name, comparator)
    table = funnel_table(subject, points, comparator_name, comparator)
    return draw("funnel.svg.j2", subject, words, chart, table)


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
    x = size_scale([place[0] for _, place in drawn], LEFT, RIGHT - 8)
    limits = _limits(points, limits_at)
    y = _upright(points, comparator, limits)
    curves = tuple(_curves(limits, x, y)) if comparator.value is not None else ()
    comparator_y = None if comparator.value is None else y.at(comparator.value)
    places = [(x.at(place[0]), y.at(place[1])) for _, place in drawn]
    spots = [_spot(subject, point, at) for (point, _), at in zip(drawn, places, strict=True)]
    words = f"{comparator_name} {subject.show(comparator.value)}"
    line = (
        None
        if comparator_y is None
        else line_label(words, LEFT, RIGHT, comparator_y, [spot.box for spot in spots])
    )
    # Those with words come first. On the dots of the others words stand where they would find no other place.
    named = [spot for spot in spots if spot.text]
    labels = place_labels(
        named, Box(LEFT + 2, TOP, RIGHT, BOTTOM), [line.box] if line else [],
        [*_lines(curves, comparator_y), *(spot.box for spot in spots if not spot.text)],
    )  # fmt: skip
    labels += (None,) * (len(spots) - len(named))
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


def _limits(
    points: Sequence[FunnelPoint], limits_at: Callable[[float], Limits] | None
) -> list[tuple[float, Limits]]:
    """Return the limits to draw, from the smallest size to the largest; one of each size."""
    sizes = sorted({point.place[0] for point in points if point.place})
    if limits_at and sizes:
        return [(size, limits_at(size)) for size in _steps(sizes[0], sizes[-1])]
    found = sorted({point.place[0]: point.limits for point in points if point.place and point.limits}.items())
    between = [
        (size, _between(one, other, size))
        for one, other in pairwise(found)
        for size in _steps(one[0], other[0])[1:-1]
        if len(found) <= STEPS
    ]
    return sorted([*found, *between], key=lambda at: at[0])


def _steps(first: float, last: float) -> list[float]:
    """Return sizes between two: the nearer to each other the smaller, as the curves bend where sizes are small."""
    count = max(1, round(STEPS * log(last / first) / LONG))
    return sorted({first, *(first * (last / first) ** (step / count) for step in range(1, count)), last})


def _between(one: tuple[float, Limits], other: tuple[float, Limits], size: float) -> Limits:
    """Return the limits between two sizes: chance falls with the square root of the size."""
    near, far, here = (at**-0.5 for at in (one[0], other[0], size))
    share = (here - near) / (far - near)
    ends = zip(one[1].numbers, other[1].numbers, strict=True)
    return Limits(*(start + share * (end - start) for start, end in ends))


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
