"""A spine: an indicator on each row, the own figure on a scale around the region's, better always to the right.

Each row has its own scale: the region's figure stands in the middle, and the furthest number drawn at an edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.charts.figures import Figure, Subject
from reporting.charts.lettering import shorten, text_width, wrap
from reporting.charts.picture import WIDTH, Picture, draw
from reporting.charts.spine_parts import IN_WORDS, SpineRow
from reporting.charts.spine_words import describe, spine_table

TOP, ROW, NAME = 62, 36, 200
OWN_WIDTH, REGION_WIDTH = 68, 58
LEFT, RIGHT = 426, 618
SPARK_LEFT, SPARK_RIGHT = 636, 702


@dataclass(frozen=True)
class DrawnRow:
    """Where everything of a row stands; `x` holds what is known, by name."""

    row: SpineRow
    y: float
    name: tuple[str, ...]
    polarity: tuple[str, str]
    own: str
    region: str
    own_fit: int
    region_fit: int
    x: dict[str, float]
    slice: tuple[float, float] | None
    band: tuple[float, float] | None
    whole: tuple[float, float] | None
    quarter: tuple[float, float] | None
    spark: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class Spine:
    """Everything the drawing needs."""

    width: int
    height: int
    own_name: str
    region_name: str
    row_name: str
    rows: tuple[DrawnRow, ...]
    has_neither: bool


def draw_spine(subject: Subject, rows: Sequence[SpineRow], own_name: str, region_name: str) -> Picture:
    """Draw the indicators of an authority beside its region, in the order of the rows."""
    words = describe(rows, f"of {own_name} beside {region_name}")
    table = spine_table(rows, "Indicator", own_name, region_name)
    return draw("spine.svg.j2", subject, words, spine(rows, own_name, region_name), table)


def draw_spine_of_members(subject: Subject, rows: Sequence[SpineRow], region_name: str) -> Picture:
    """Draw an indicator of many authorities beside their region, one on each row."""
    words = describe(rows, f"beside {region_name}", "member")
    table = spine_table(rows, "Member", "Figure", region_name)
    return draw("spine.svg.j2", subject, words, spine(rows, "", region_name, "Member"), table)


def spine(rows: Sequence[SpineRow], own_name: str, region_name: str, row_name: str = "Indicator") -> Spine:
    """Compute the geometry of a spine."""
    drawn = tuple(_row(row, TOP + ROW * (place + 0.5)) for place, row in enumerate(rows))
    has_neither = any(row.polarity == "none" for row in rows)
    return Spine(WIDTH, TOP + ROW * len(rows) + 44, own_name, region_name, row_name, drawn, has_neither)


def _row(row: SpineRow, y: float) -> DrawnRow:
    at = _Place(row)
    single = {"own": row.own, "type": row.own_type, "near": row.neighbours}
    limits = row.limits or ()
    own, region = row.subject.show(row.own.value), row.subject.show(row.region.value)
    return DrawnRow(
        row=row,
        y=y,
        name=_name(row),
        polarity=IN_WORDS[row.polarity],
        own=own,
        region=region,
        own_fit=_fit(own, OWN_WIDTH, bold=True),
        region_fit=_fit(region, REGION_WIDTH),
        x={name: x for name, figure in single.items() if (x := at.x(figure)) is not None},
        slice=at.span(*limits[::3]),
        band=at.span(*limits[1:3]),
        whole=at.span(*row.ends) if row.ends else None,
        quarter=at.span(*row.quartiles) if row.quartiles else None,
        spark=_spark(row.years, y),
    )


def _name(row: SpineRow) -> tuple[str, ...]:
    """Write a name on three lines at most; where it is longer, what stands before its ending is cut."""
    lines = wrap(row.name, NAME)
    if not row.ending or " ".join(lines) == row.name:
        return lines
    *before, last = wrap(row.name.removesuffix(row.ending), NAME)
    return (*before, shorten(last, NAME - text_width(row.ending)) + row.ending)


def _fit(words: str, width: int, bold: bool = False) -> int:
    """Return the width into which a number too long for its column is set closer; 0 where it is not."""
    return width if text_width(words, bold=bold) > width else 0


class _Place:
    """The scale of a row: the region in the middle, better to the right, the furthest number at an edge."""

    def __init__(self, row: SpineRow) -> None:
        self.centre = row.region.value
        self.sign = -1 if row.polarity == "low" else 1
        figures = [row.own, row.own_type, row.neighbours, *(row.ends or ()), *(row.quartiles or ())]
        figures += row.limits or ()
        values = [figure.value for figure in figures if figure.value is not None]
        self.reach = (
            max((abs(value - self.centre) for value in values), default=0) if self.centre is not None else 0
        )

    def x(self, figure: Figure) -> float | None:
        """Return where a figure stands; None where it is missing or there is nothing to stand beside."""
        if figure.value is None or self.centre is None:
            return None
        share = self.sign * (figure.value - self.centre) / self.reach if self.reach else 0.0
        return round((LEFT + RIGHT) / 2 + share * (RIGHT - LEFT) / 2, 1)

    def span(self, *ends: Figure) -> tuple[float, float] | None:
        """Return where a bar begins and ends, from the left."""
        left, right = sorted(x for end in ends if (x := self.x(end)) is not None) if self._known(ends) else (0, 0)
        return (left, right) if self._known(ends) else None

    def _known(self, ends: Sequence[Figure]) -> bool:
        return self.centre is not None and len(ends) == 2 and all(end.value is not None for end in ends)


def _spark(years: Sequence[Figure], y: float) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return the parts of the spark line, broken where a year has no figure. Up is more, whatever is better."""
    values = [year.value for year in years if year.value is not None]
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    step = (SPARK_RIGHT - SPARK_LEFT) / max(len(years) - 1, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for number, year in enumerate(years):
        if year.value is None:
            runs.append([])
        else:
            share = (year.value - low) / (high - low) if high > low else 0.5
            runs[-1].append((round(SPARK_LEFT + step * number, 1), round(y + 9 - 18 * share, 1)))
    return tuple(tuple(run) for run in runs if run)
