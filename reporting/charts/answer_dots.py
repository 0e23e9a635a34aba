"""Answers beside an indicator: a dot for each authority, its figure from left to right, its answer up and down.

The choices of a question are rows, the most at the top; a number has an axis. Who has no answer in the order, or
no figure, has no dot, and is named with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reporting.charts.figures import Cell, Subject, listing, require_number
from reporting.charts.lettering import Box, Label, Spot, place_labels, wrap
from reporting.charts.picture import WIDTH, Picture, draw
from reporting.charts.scales import Scale, scale_over

LEFT, RIGHT, TOP = 210, WIDTH - 20, 26
ROW = 54
HEIGHT_OF_NUMBERS = 240
BOTTOM = 46
RADIUS = 5
NEAR = 2 * RADIUS + 1


@dataclass(frozen=True)
class AnswerDot:
    """An authority: its answer in words and in the order, and its figure; why it has no dot, where it has none."""

    name: str
    answer: str
    order: float | None
    value: float | None
    left_out: str = ""
    is_own: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no number."""
        for number in (self.order, self.value):
            require_number(number)

    @property
    def is_drawn(self) -> bool:
        """True if it has a dot."""
        return not self.left_out and self.order is not None and self.value is not None


@dataclass(frozen=True)
class AnswerRow:
    """A choice as a row of the picture: its words in lines, and the middle of the row."""

    lines: tuple[str, ...]
    y: float


@dataclass(frozen=True)
class DrawnDot:
    """A dot with its place, and its name where there was room for it."""

    x: float
    y: float
    is_own: bool
    label: Label | None


@dataclass(frozen=True)
class AnswerDots:
    """Everything the drawing needs."""

    width: int
    height: int
    scale: Scale
    axis: str
    rows: tuple[AnswerRow, ...]
    numbers: Scale | None
    dots: tuple[DrawnDot, ...]

    @property
    def bottom(self) -> int:
        """Where the rows end."""
        return self.height - BOTTOM


def draw_answer_dots(
    subject: Subject, dots: Sequence[AnswerDot], choices: Sequence[tuple[int, str]], figure: str
) -> Picture:
    """Draw the answers of authorities beside their figures.

    Args:
        subject: the picture, with the unit and the decimals of the figures.
        dots: the authorities, in the order of the table.
        choices: the place of each choice in the order and its words, from least to most; none for a number.
        figure: which indicator and year the figures are of.
    """
    chart = answer_dots(f"{figure}, {subject.unit}", dots, choices)
    return draw("answer_dots.svg.j2", subject, _describe(dots, choices), chart, _table(subject, dots, chart.axis))


def answer_dots(axis: str, dots: Sequence[AnswerDot], choices: Sequence[tuple[int, str]]) -> AnswerDots:
    """Compute the geometry of the picture."""
    drawn = sorted((dot for dot in dots if dot.is_drawn), key=lambda dot: (not dot.is_own, dot.name))
    scale = scale_over([dot.value for dot in drawn if dot.value is not None], LEFT + 14, RIGHT - 14)
    height = TOP + (ROW * len(choices) if choices else HEIGHT_OF_NUMBERS) + BOTTOM
    rows = tuple(
        AnswerRow(wrap(label, LEFT - 24), TOP + ROW * (place + 0.5))
        for place, (_, label) in enumerate(reversed(choices))
    )
    numbers = None
    if not choices:
        numbers = scale_over([dot.order for dot in drawn if dot.order is not None], height - BOTTOM - 10, TOP + 10)
    levels = {order: row.y for (order, _), row in zip(reversed(choices), rows, strict=True)}
    spots = [
        Spot(scale.at(dot.value or 0), _level(dot, levels, numbers), dot.name, RADIUS + 3 * dot.is_own, dot.is_own)
        for dot in drawn
    ]
    spots = spots if numbers else _apart(spots)
    labels = place_labels(spots, Box(LEFT, TOP, RIGHT, height - BOTTOM))
    marks = tuple(DrawnDot(spot.x, spot.y, spot.bold, label) for spot, label in zip(spots, labels, strict=True))
    return AnswerDots(WIDTH, height, scale, axis, rows, numbers, tuple(reversed(marks)))


def _level(dot: AnswerDot, levels: dict[int, float], numbers: Scale | None) -> float:
    assert dot.order is not None
    if numbers:
        return numbers.at(dot.order)
    # Where several perspectives answered, their middle may lie between two choices.
    below, above = int(dot.order), int(dot.order + 0.5)
    return (levels[below] + levels[above]) / 2


def _apart(spots: Sequence[Spot]) -> list[Spot]:
    """Move dots of one row that would stand on each other up and down in turn."""
    moved: dict[int, Spot] = {}
    in_order = sorted(range(len(spots)), key=lambda place: (spots[place].y, spots[place].x))
    shift = 0
    for before, place in pairwise([None, *in_order]):
        assert place is not None
        spot = spots[place]
        is_near = before is not None and spot.y == spots[before].y and spot.x - spots[before].x < NEAR
        shift = (shift + 1) % 3 if is_near else 0
        moved[place] = Spot(spot.x, spot.y + (0, -NEAR, NEAR)[shift], spot.text, spot.radius, spot.bold)
    return [moved[place] for place in range(len(spots))]


def _describe(dots: Sequence[AnswerDot], choices: Sequence[tuple[int, str]]) -> str:
    words = []
    for order, label in reversed(choices):
        found = [dot.name for dot in dots if dot.is_drawn and dot.order == order]
        words.append(f"{label}: {len(found)}{f' ({listing(found)})' if found else ''}.")
    for reason in dict.fromkeys(dot.left_out for dot in dots if dot.left_out):
        words.append(f"Without a dot, {reason}: {listing(dot.name for dot in dots if dot.left_out == reason)}.")
    return " ".join(words) or "Each dot is an authority."


def _table(subject: Subject, dots: Sequence[AnswerDot], axis: str) -> tuple[list[str], list[list[Cell]]]:
    rows: list[list[Cell]] = [
        [(dot.name, None), (dot.answer, None), (subject.show(dot.value), None), (dot.left_out, None)]
        for dot in dots
    ]
    return ["Authority", "Answer", axis, "Without a dot because"], rows
