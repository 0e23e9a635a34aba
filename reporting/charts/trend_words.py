"""What a trend shows, in words and as a table."""

from collections.abc import Sequence

from reporting.charts.figures import Cell, Subject, listing
from reporting.charts.trend_parts import Annotation, Break, Series


def describe(subject: Subject, series: Sequence[Series], breaks: Sequence[Break], years: tuple[str, ...]) -> str:
    """Say how each named series moved, and what stands between its figures."""
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
    subject: Subject,
    series: Sequence[Series],
    breaks: Sequence[Break],
    annotations: Sequence[Annotation],
    years: tuple[str, ...],
) -> tuple[list[str], list[list[Cell]]]:
    """Return a row for each year, with a column for each series and what is to be known of the own one."""
    own = [one for one in series if one.role == "own"]
    others = [one for role in ("real", "comparator", "peer") for one in series if one.role == role]
    columns = ["Year"]
    for one in own:
        columns += [one.name, "95 % from", "95 % to", "before it was restated", "basis"]
    columns += [*(one.name for one in others), "Remark"]
    rows: list[list[Cell]] = []
    for year in years:
        row: list[Cell] = [(year, None)]
        for one in own:
            row += _own_cells(subject, one, year)
        row += [subject.cell(one.find(year).figure) for one in others]
        rows.append([*row, (_remarks(year, breaks, annotations), None)])
    return columns, rows


def _own_cells(subject: Subject, one: Series, year: str) -> list[Cell]:
    found = one.find(year)
    earlier: Cell = subject.cell(found.earlier) if found.is_restated else ("", None)
    basis = found.basis if found.figure.value is not None else ""
    return [subject.cell(found.figure), *subject.ends(found.figure), earlier, (basis, None)]


def _remarks(year: str, breaks: Sequence[Break], annotations: Sequence[Annotation]) -> str:
    return "; ".join(
        [one.label for one in breaks if one.year == year]
        + [f"{note.when}: {note.text}" if note.when else note.text for note in annotations if note.year == year]
    )
