"""What a trend shows, in words and as a table."""

from collections.abc import Sequence

from reporting.charts.figures import Cell, Subject, listing
from reporting.charts.trend_parts import Annotation, Break, Series, YearFigure


def describe(
    subject: Subject,
    series: Sequence[Series],
    breaks: Sequence[Break],
    annotations: Sequence[Annotation],
    years: tuple[str, ...],
) -> str:
    """Say how each named series moved, what stands between its figures, and what is to be known."""
    named = [one for role in ("own", "comparator", "real") for one in series if one.role == role]
    words = [_movement(subject, one, breaks) for one in named]
    peers = sum(one.role == "peer" and bool(one.known) for one in series)
    words += [f"{peers} {'other stands' if peers == 1 else 'others stand'} behind as thin lines."] if peers else []
    words += [f"From {one.year} on: {one.label}; figures before and after are not compared." for one in breaks]
    for one in (one for one in named if one.role == "own"):
        words += [
            f"{year.year} was restated from {subject.show(year.earlier.value)}"
            f" to {subject.show(year.figure.value)}."
            for year in one.known
            if year.is_restated
        ]
        missing = [year for year in years if one.find(year).figure.value is None]
        words += [f"{one.name} has no figure for {listing(missing)}."] if missing else []
    words += [f"{note.when or note.year}: {note.text}." for note in annotations if note.year in years]
    return " ".join(words) or "No figures."


def _movement(subject: Subject, one: Series, breaks: Sequence[Break]) -> str:
    known = one.known
    if not known:
        return f"{one.name}: no figure in any year."
    first, last = known[0], known[-1]
    if first is last:
        return f"{one.name}: {subject.show(last.figure.value)} in {last.year}."
    values = [subject.show(year.figure.value) for year in (first, last)]
    by = (last.figure.value or 0.0) - (first.figure.value or 0.0)
    over_break = any(first.year < at.year <= last.year for at in breaks)
    if values[0] == values[1]:
        return f"{one.name}: {values[0]} in {first.year} and in {last.year}."
    moved = "" if over_break else f" ({subject.signed(by)})"
    return f"{one.name}: {values[0]} in {first.year}, {values[1]} in {last.year}{moved}."


def trend_table(
    subject: Subject, series: Sequence[Series], years: tuple[str, ...]
) -> tuple[list[str], list[list[Cell]]]:
    """Return a column for each year, with a row for each series and for what else is drawn of the own one.

    The peers that stand behind as thin lines without a name are no rows of it: they are there to be looked past.
    A year in which none of its rows has a figure is no column of it.
    """
    named = [one for role in ("own", "real", "comparator") for one in series if one.role == role]
    years = tuple(year for year in years if any(one.find(year).figure.value is not None for one in named))
    rows: list[list[Cell]] = []
    for one in named:
        found = [one.find(year) for year in years]
        rows.append([(one.name, None), *(subject.cell(year.figure) for year in found)])
        if one.role == "own":
            rows += _own_rows(subject, found)
    return ["Figure", *years], rows


def _own_rows(subject: Subject, found: Sequence[YearFigure]) -> list[list[Cell]]:
    ends = [subject.ends(year.figure) for year in found]
    earlier = [subject.cell(year.earlier) if year.is_restated else ("", None) for year in found]
    bases = [year.basis if year.figure.value is not None else "" for year in found]
    basis: list[Cell] = [(word if len(set(bases) - {""}) > 1 else "", None) for word in bases]
    rows: list[list[Cell]] = [
        [("its 95 % interval from", None), *(lower for lower, _ in ends)],
        [("its 95 % interval to", None), *(upper for _, upper in ends)],
        [("before it was restated", None), *earlier],
        [("basis", None), *basis],
    ]
    return [row for row in rows if any(text for text, _ in row[1:])]
