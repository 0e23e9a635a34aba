"""A trend: the own series over the years before those it is compared with, and what broke or was restated."""

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.charts.figures import Subject
from reporting.charts.lettering import LINE, Box, Label, spread, text_width, wrap
from reporting.charts.picture import WIDTH, Picture, draw
from reporting.charts.scales import Scale, scale_over
from reporting.charts.trend_parts import Annotation, Break, Series, YearFigure
from reporting.charts.trend_words import describe, trend_table
from reporting.charts.years import financial_years, first_calendar_year

LEFT, NAMES, HEIGHT = 62, 168, 250
RIGHT = WIDTH - NAMES

# The roles that carry a label, the most important first; peers stand behind without one.
LABELLED = ("own", "comparator", "real")

Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A figure of the own series: where it stands, its interval, and where it stood before it was restated."""

    x: float
    y: float
    basis: str
    interval: tuple[float, float] | None
    earlier_y: float | None


@dataclass(frozen=True)
class Line:
    """A series: the points of each of its parts, and its label at the end with the line that leads there."""

    role: str
    runs: tuple[tuple[Point, ...], ...]
    marks: tuple[Mark, ...] = ()
    bands: tuple[tuple[Point, ...], ...] = ()
    labels: tuple[Label, ...] = ()
    leader: tuple[Point, Point] | None = None
    key: str | None = None


@dataclass(frozen=True)
class Trend:
    """Everything the drawing needs."""

    width: int
    height: float
    top: float
    bottom: float
    y: Scale
    years: tuple[tuple[str, float], ...]
    lines: tuple[Line, ...]
    breaks: tuple[tuple[float, Label], ...]
    notes: tuple[tuple[int, float], ...]
    key: tuple[tuple[int | None, Label], ...]
    basis_key: bool


def draw_trend(
    subject: Subject,
    series: Sequence[Series],
    breaks: Sequence[Break] = (),
    annotations: Sequence[Annotation] = (),
) -> Picture:
    """Draw the series over the years; one of them is the own one."""
    chart = trend(subject, series, breaks, annotations)
    years = tuple(year for year, _ in chart.years)
    description = describe(subject, series, breaks, annotations, years)
    return draw("trend.svg.j2", subject, description, chart, trend_table(subject, series, years))


def trend(
    subject: Subject,
    series: Sequence[Series],
    breaks: Sequence[Break] = (),
    annotations: Sequence[Annotation] = (),
) -> Trend:
    """Compute the geometry of a trend; peers are drawn first, the own series last."""
    every = financial_years(year.year for one in series for year in one.years)
    noted = [note for note in sorted(annotations, key=lambda note: note.year) if note.year in every]
    broken = [at for at in breaks if at.year in every]
    places = {year: _place(number, len(every)) for number, year in enumerate(every)}
    half = (RIGHT - LEFT) / max(len(every), 1) / 2
    above = 0 if subject.unit in ("", "%", "£") else 18
    marks, rows = _break_labels(broken, {at.year: round(places[at.year] - half, 1) for at in broken}, above)
    top = 18 + rows * LINE + (22 if noted else 0) + above
    bottom = top + HEIGHT
    numbers = [n for one in series for year in one.known for n in (*year.figure.numbers, *year.earlier.numbers)]
    y = scale_over(numbers, bottom, top)
    lines = [_line(one, y, places, broken) for one in sorted(series, key=_depth)]
    has_basis_key = len({year.basis for one in series if one.role == "own" for year in one.known}) > 1
    key = _key(noted, bottom + (68 if has_basis_key else 48))
    return Trend(
        width=WIDTH,
        height=bottom + (60 if has_basis_key else 40) + len(key) * LINE,
        top=top,
        bottom=bottom,
        y=y,
        years=tuple(places.items()),
        lines=_end_labels(subject, series, lines, top, bottom, every),
        breaks=marks,
        notes=_note_marks(noted, places),
        key=key,
        basis_key=has_basis_key,
    )


def _depth(one: Series) -> int:
    return ("peer", "comparator", "real", "own").index(one.role)


def _place(number: int, count: int) -> float:
    return round(LEFT + (RIGHT - LEFT) / count * (number + 0.5), 1)


def _line(one: Series, y: Scale, places: dict[str, float], breaks: Sequence[Break]) -> Line:
    runs = [
        [(year, places[year.year], y.at(year.figure.value or 0.0)) for year in run] for run in one.runs(breaks)
    ]
    is_own = one.role == "own"
    bands = [_band([year for year, _, _ in run], y, places) if is_own else () for run in runs]
    # Where a part has no band, its marks get whiskers.
    marks = [
        _mark(year, x, at, y, not band)
        for run, band in zip(runs, bands, strict=True)
        for year, x, at in run
        if is_own
    ]
    return Line(
        one.role,
        tuple(tuple((x, at) for _, x, at in run) for run in runs),
        tuple(marks),
        tuple(filter(None, bands)),
    )


def _mark(year: YearFigure, x: float, at: float, y: Scale, has_whisker: bool) -> Mark:
    ends = year.figure.interval if has_whisker else None
    earlier = year.earlier.value if year.is_restated else None
    return Mark(
        x, at, year.basis,
        (y.at(ends[0]), y.at(ends[1])) if ends else None,
        None if earlier is None else y.at(earlier),
    )  # fmt: skip


def _band(run: list[YearFigure], y: Scale, places: dict[str, float]) -> tuple[Point, ...]:
    ends = [(places[year.year], year.figure.interval) for year in run]
    if len(run) == 1 or any(interval is None for _, interval in ends):
        return ()
    lower = [(x, y.at(interval[0])) for x, interval in ends if interval]
    upper = [(x, y.at(interval[1])) for x, interval in ends if interval]
    return (*lower, *reversed(upper))


def _end_labels(
    subject: Subject,
    series: Sequence[Series],
    lines: list[Line],
    top: float,
    bottom: float,
    years: tuple[str, ...],
) -> tuple[Line, ...]:
    """Give the lines that are labelled their words at the end, moved apart where they would touch."""
    by_depth = sorted(series, key=_depth)
    places = [place for role in LABELLED for place, one in enumerate(by_depth) if one.role == role and one.known]
    words = [_end_words(subject, by_depth[place], years) for place in places]
    ends = [lines[place].runs[-1][-1] for place in places]
    middles = spread([end[1] for end in ends], [len(text) * LINE + 4 for text in words], top, bottom)
    for place, text, end, middle in zip(places, words, ends, middles, strict=True):
        line, is_own = lines[place], by_depth[place].role == "own"
        if middle is not None:
            first = middle - len(text) * LINE / 2 + 11
            labels = tuple(
                Label(part, RIGHT + 14, round(first + row * LINE, 1), bold=is_own) for row, part in enumerate(text)
            )
            leader = ((end[0] + 7, end[1]), (RIGHT + 10, round(middle, 1)))
            key = by_depth[place].known[-1].figure.key
            lines[place] = Line(line.role, line.runs, line.marks, line.bands, labels, leader, key)
    return tuple(lines)


def _end_words(subject: Subject, one: Series, years: tuple[str, ...]) -> tuple[str, ...]:
    last = one.known[-1]
    when = "" if last.year == years[-1] else f" ({last.year})"
    return (*wrap(one.name, NAMES - 16, most=2, bold=True), subject.show(last.figure.value) + when)


def _break_labels(
    breaks: Sequence[Break], at: dict[str, float], above: float
) -> tuple[tuple[tuple[float, Label], ...], int]:
    """Return mark and label of each break, and how many rows the labels need so that none meets another."""
    taken: list[Box] = []
    marks = []
    for one in sorted(breaks, key=lambda found: first_calendar_year(found.year)):
        x = at[one.year]
        places = [_label(one, x, above + 14 + row * LINE) for row in range(len(taken) + 1)]
        label = next(place for place in places if not any(map(place.box.meets, taken)))
        taken.append(label.box)
        marks.append((x, label))
    return tuple(marks), len({box.top for box in taken})


def _label(one: Break, x: float, y: float) -> Label:
    ends_right = x + 5 + text_width(one.label) > WIDTH - 4
    return Label(one.label, x - 5 if ends_right else x + 5, y, "end" if ends_right else "start")


def _note_marks(notes: Sequence[Annotation], places: dict[str, float]) -> tuple[tuple[int, float], ...]:
    """Return the number and the place of each note; those of one year stand side by side."""
    marks = []
    for number, note in enumerate(notes, start=1):
        same = [other for other in notes if other.year == note.year]
        shift = (same.index(note) - (len(same) - 1) / 2) * 20
        marks.append((number, round(places[note.year] + shift, 1)))
    return tuple(marks)


def _key(notes: Sequence[Annotation], top: float) -> tuple[tuple[int | None, Label], ...]:
    """Return the lines of the key; the first line of each note has its number."""
    lines: list[tuple[int | None, Label]] = []
    for number, note in enumerate(notes, start=1):
        for row, part in enumerate(wrap(f"{note.when or note.year}: {note.text}", WIDTH - LEFT - 40, most=4)):
            lines.append((None if row else number, Label(part, LEFT + 18, top + len(lines) * LINE)))
    return tuple(lines)
