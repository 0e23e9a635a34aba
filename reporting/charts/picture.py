"""A picture: an SVG that stands on its own, its text alternative, and the table of every number drawn."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from ingestion.outbox.pages import page_templates
from reporting.charts.figures import Cell, Subject
from reporting.charts.keys import TableKeys, shared_keys, whole_keys
from reporting.charts.palette import fill, outline, stroke
from reporting.numbers import show_figure

WIDTH = 760
FONTS = "Segoe UI, Helvetica Neue, Arial, Liberation Sans, sans-serif"

_NUMBER = re.compile(r"[+−]?£?\d[\d,.]*(\N{NO-BREAK SPACE}%)?")


_SIGNED = re.compile(r"\(?[+−]£?\d[\d,.]*[^\s<]*")


@dataclass(frozen=True)
class Picture:
    """A drawing to embed, what it shows in words, and the table beneath it; `keys` has the place of `rows`."""

    svg: Markup
    title: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    keys: tuple[tuple[str | None, ...], ...]

    @cached_property
    def is_number(self) -> list[bool]:
        """Of each column whether it holds numbers."""
        return [any(map(_NUMBER.fullmatch, column)) for column in zip(*self.rows, strict=True)]

    @cached_property
    def filled(self) -> list[int]:
        """Of each row up to which cell it holds anything: what is empty behind that is one cell."""
        return [max((place for place, words in enumerate(row, 1) if words), default=1) for row in self.rows]

    def __html__(self) -> str:
        """The whole figure for a page: title, words, drawing and table."""
        return str(self.on_page(self.svg, whole_keys(self.keys, len(self.columns))))

    @property
    def shared_keys(self) -> TableKeys:
        """The keys of its table with what they have in common written once."""
        return shared_keys(self.keys, self.rows, len(self.columns))

    def on_page(self, svg: Markup, keys: TableKeys) -> Markup:
        """Write the figure with this drawing, and with its keys in this way."""
        module: Any = environment().get_template("picture.html.j2").module
        return Markup(module.picture(self, svg, keys))  # noqa: S704 -- rendered with autoescape


def draw(
    template: str,
    subject: Subject,
    description: str,
    chart: object,
    table: tuple[Sequence[str], Iterable[Sequence[Cell]]],
) -> Picture:
    """Draw a chart with its template, and put its table beside it."""
    columns, cells = _with_words(table[0], [tuple(row) for row in table[1]])
    svg = environment().get_template(template).render(subject=subject, description=description, chart=chart)
    return Picture(
        svg=Markup(svg),  # noqa: S704 -- rendered with autoescape just above
        title=subject.title,
        description=description,
        columns=tuple(columns),
        rows=tuple(tuple(text for text, _ in row) for row in cells),
        keys=tuple(tuple(key for _, key in row) for row in cells),
    )


def _with_words(columns: Sequence[str], rows: list[tuple[Cell, ...]]) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """Leave out the columns of a table in which nothing stands."""
    kept = [place for place, _ in enumerate(columns) if not rows or any(row[place][0] for row in rows)]
    return [columns[place] for place in kept], [tuple(row[place] for place in kept) for row in rows]


def pixels(value: float) -> str:
    """Write a coordinate: to a tenth of a pixel, no more digits than it needs."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def together(words: str) -> Markup:
    """Keep a sign and its number on one line."""
    return Markup(_SIGNED.sub(r'<span class="together">\g<0></span>', str(escape(words))))  # noqa: S704 -- escaped


def path_through(points: Iterable[tuple[float, float]], decimals: int = 1) -> str:
    """Write the path of a line: where it begins, then how far each point is from the one before.

    Each point is rounded before that, so that no error adds up along the line.
    """
    first, *steps = _steps(points, decimals)
    return f"M{first}" + ("l" + _joined(steps) if steps else "")


def path_of_dots(points: Iterable[tuple[float, float]]) -> str:
    """Write points, to a whole pixel, as lines of no length: drawn with round ends each is a dot."""
    first, *steps = _steps(points, 0)
    return f"M{first}h0" + "".join(f"m{step}h0" for step in steps)


def _steps(points: Iterable[tuple[float, float]], decimals: int) -> Iterator[str]:
    """Write the first point, then the step from each to the next."""
    before = (0.0, 0.0)
    for point in points:
        here = round(point[0], decimals), round(point[1], decimals)
        yield _joined(pixels(to - at) for to, at in zip(here, before, strict=True))
        before = here


def _joined(numbers: Iterable[str]) -> str:
    """Join numbers of a path: a minus parts them as well as a space does."""
    return " ".join(numbers).replace(" -", "-")


@cache
def environment() -> Environment:
    """Return the templates of the charts, with what draws their marks."""
    templates = page_templates(
        Path(__file__).parent,
        px=pixels,
        path=path_through,
        dots=path_of_dots,
        figure=show_figure,
        together=together,
    )
    templates.globals.update(fill=fill, stroke=stroke, outline=outline, FONTS=FONTS)
    return templates
