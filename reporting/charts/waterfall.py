"""A waterfall: from the comparator's figure to the own one, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reporting.charts.figures import Cell, Figure, Subject, without_figure
from reporting.charts.lettering import wrap
from reporting.charts.picture import WIDTH, Picture, draw
from reporting.charts.scales import Scale, scale_over

LEFT, RIGHT, TOP, ROW = 216, WIDTH - 84, 12, 30

REST = "Not explained by these steps"

# Price is drawn solid and mix hollow, so that both are told apart without colour.
Kind = Literal["price", "mix", ""]


@dataclass(frozen=True)
class Step:
    """What one part adds to the figure or takes from it."""

    name: str
    amount: Figure
    kind: Kind = ""

    @property
    def label(self) -> str:
        """Its name with its kind."""
        return f"{self.name}, {self.kind}" if self.kind else self.name


@dataclass(frozen=True)
class Bar:
    """A bar from one value to another; a total starts at the edge of the picture."""

    label: tuple[str, ...]
    y: float
    left: float
    right: float
    end: float
    text: str
    style: str
    key: str | None
    text_x: float


@dataclass(frozen=True)
class Waterfall:
    """Everything the drawing needs."""

    width: int
    height: int
    x: Scale
    bars: tuple[Bar, ...]
    kinds: tuple[str, ...]

    @property
    def bottom(self) -> int:
        """Where the bars end."""
        return self.height - 48


def draw_waterfall(
    subject: Subject, start: tuple[str, Figure], steps: Sequence[Step], end: tuple[str, Figure]
) -> Picture:
    """Draw the steps from one figure to another, both with their names.

    What the steps leave unexplained is a step of its own. Raises ValueError if either figure is missing.
    """
    every = [*steps, *_rest(subject, start[1], steps, end[1])]
    chart = waterfall(subject, start, every, end)
    table = ["Step", "Amount"], _table(subject, start, every, end)
    return draw("waterfall.svg.j2", subject, _describe(subject, start, every, end), chart, table)


def waterfall(
    subject: Subject, start: tuple[str, Figure], steps: Sequence[Step], end: tuple[str, Figure]
) -> Waterfall:
    """Compute the geometry of a waterfall, from top to bottom."""
    levels = [_known(start)]
    for step in steps:
        levels.append(levels[-1] + (step.amount.value or 0.0))
    x = _scale([*levels, _known(end)])
    bars = [_total(subject, start, x, 0)]
    for place, step in enumerate(steps, start=1):
        bars.append(_bar(subject, step, x, place, levels[place - 1], levels[place]))
    bars.append(_total(subject, end, x, len(bars)))
    kinds = tuple(kind for kind in ("price", "mix") if any(step.kind == kind for step in steps))
    return Waterfall(WIDTH, TOP + ROW * len(bars) + 48, x, tuple(bars), kinds)


def _known(named: tuple[str, Figure]) -> float:
    if named[1].value is None:
        raise ValueError(f"{named[0]} has no figure, so there is nothing to go from or to")
    return named[1].value


def _rest(subject: Subject, start: Figure, steps: Sequence[Step], end: Figure) -> list[Step]:
    rest = (end.value or 0.0) - (start.value or 0.0) - sum(step.amount.value or 0.0 for step in steps)
    # Less than half of the last digit shown is rounding.
    return [Step(REST, Figure(rest))] if abs(rest) >= 0.5 * 10**-subject.decimals else []


def _scale(levels: list[float]) -> Scale:
    """Return the axis: from zero, but for steps so small beside the totals that they would not be seen."""
    room = max(levels) - min(levels)
    starts_at_zero = room > 0.25 * max(map(abs, levels)) or room == 0
    return scale_over([*levels, *([0.0] if starts_at_zero else [min(levels) - room * 0.3])], LEFT, RIGHT)


def _total(subject: Subject, named: tuple[str, Figure], x: Scale, place: int) -> Bar:
    at = x.at(named[1].value or 0.0)
    # A bar tells by its length: where the axis does not hold zero, the total is a mark and no bar.
    from_zero = x.start <= 0 <= x.end
    left, right = sorted((x.at(0.0), at)) if from_zero else (at - 3, at + 3)
    label, text = wrap(named[0], LEFT - 16, most=2, bold=True), subject.show(named[1].value)
    return Bar(label, TOP + ROW * (place + 0.5), left, right, at, text, "total", named[1].key, right + 6)


def _bar(subject: Subject, step: Step, x: Scale, place: int, before: float, after: float) -> Bar:
    left, right = sorted((x.at(before), x.at(after)))
    style = "missing" if step.amount.value is None else ("more" if after >= before else "less") + (
        "-mix" if step.kind == "mix" else "-rest" if step.name == REST else ""
    )  # fmt: skip
    label = wrap(step.label, LEFT - 16, most=2)
    y = TOP + ROW * (place + 0.5)
    return Bar(
        label, y, left, right, x.at(after), subject.signed(step.amount.value), style, step.amount.key, right + 6
    )


def _describe(subject: Subject, start: tuple[str, Figure], steps: Sequence[Step], end: tuple[str, Figure]) -> str:
    difference = _known(end) - _known(start)
    words = [
        f"From {start[0]}, {subject.show(start[1].value)}, to {end[0]}, {subject.show(end[1].value)}: "
        f"{subject.signed(difference)}."
    ]
    for sign, verb in ((1, "adds"), (-1, "takes away")):
        some = [step for step in steps if (step.amount.value or 0.0) * sign > 0]
        if some:
            largest = max(some, key=lambda step: abs(step.amount.value or 0.0))
            words.append(f"{largest.label} {verb} most ({subject.signed(largest.amount.value)}).")
    return " ".join(words) + without_figure(step.label for step in steps if step.amount.value is None)


def _table(
    subject: Subject, start: tuple[str, Figure], steps: Sequence[Step], end: tuple[str, Figure]
) -> list[list[Cell]]:
    return [
        [(start[0], None), subject.cell(start[1])],
        *([(step.label, None), (subject.signed(step.amount.value), step.amount.key)] for step in steps),
        [(end[0], None), subject.cell(end[1])],
    ]
