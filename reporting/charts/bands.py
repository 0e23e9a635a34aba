"""Marks in bands: who is in which, by label, and nothing of where in it; all marks of a band are the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.charts.figures import Subject
from reporting.charts.picture import WIDTH, Picture, draw

TOP, BOTTOM, STEP, RADIUS = 40, 34, 46, 20


@dataclass(frozen=True)
class Band:
    """A band in words, and the labels in it, in the order in which they are written."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """A label, and the middle of its mark."""

    label: str
    x: int
    y: int


@dataclass(frozen=True)
class Column:
    """Where a band stands: its left edge, its middle, and its marks."""

    name: str
    left: int
    middle: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Bands:
    """Everything the drawing needs."""

    width: int
    height: int
    bottom: int
    columns: tuple[Column, ...]
    ends: tuple[str, str]


def draw_bands(subject: Subject, bands: Sequence[Band], ends: tuple[str, str]) -> Picture:
    """Draw the labels of each band, from the lowest to the highest; `ends` say what stands left and right."""
    words = [f"{band.name}: {', '.join(band.labels) or 'nobody'}" for band in bands]
    rows = [[(band.name, None), (", ".join(band.labels) or "nobody", None)] for band in bands]
    return draw("bands.svg.j2", subject, f"{'; '.join(words)}.", geometry(bands, ends), (["Band", "Labels"], rows))


def geometry(bands: Sequence[Band], ends: tuple[str, str]) -> Bands:
    """Compute where each mark stands: its place follows from its band and from the labels in it alone."""
    width = WIDTH // len(bands)
    across = max(1, width // STEP)
    rows = max(-(-len(band.labels) // across) for band in bands)
    columns = [
        Column(
            band.name, place * width, place * width + width // 2, _marks(band, place * width + width // 2, across)
        )
        for place, band in enumerate(bands)
    ]
    bottom = TOP + max(rows, 1) * STEP + 6
    return Bands(WIDTH, bottom + BOTTOM, bottom, tuple(columns), ends)


def _marks(band: Band, middle: int, across: int) -> tuple[Mark, ...]:
    in_first = min(len(band.labels), across)
    left = middle - (in_first - 1) * STEP // 2
    return tuple(
        Mark(label, left + place % across * STEP, TOP + place // across * STEP + STEP // 2)
        for place, label in enumerate(band.labels)
    )
