"""Chosen faults, each made in a copy of a clean return, with the place where a check has to find it.

A return here is its CSV files by name, in UTF-8 and with the layout of 2017-18 or later; tables are told apart by
their headings. Every fault is made in the first row that it fits, so the same return gives the same fault.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ingestion.errors import ClubError
from samples.ssda903.days import COLUMNS

Files = dict[str, bytes]
DAY = "%d/%m/%Y"


@dataclass(frozen=True)
class Change:
    """The place of a fault: the line from 1, the heading being line 1, and the column as the layout names it.

    A line of 0 means the file as a whole, an empty column the line as a whole.
    """

    file: str
    line: int
    column: str = ""


@dataclass
class Copy:
    """A return as rows of cells, to put faults into."""

    rows: dict[str, list[list[str]]]
    names: dict[str, str]  # file by table
    changes: list[Change] = field(default_factory=list)
    more: Files = field(default_factory=dict)

    @classmethod
    def of(cls, files: Files) -> "Copy":
        """Parse every file."""
        rows: dict[str, list[list[str]]] = {}
        names: dict[str, str] = {}
        for name, content in files.items():
            found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            table = next(table for table in COLUMNS if set(COLUMNS[table]) == {cell.lower() for cell in found[0]})
            rows[table], names[table] = found, name
        return cls(rows, names)

    def files(self) -> Files:
        """Serialise every file."""
        return {self.names[table]: _as_csv(rows) for table, rows in self.rows.items()} | self.more

    def cell(self, table: str, line: int, column: str) -> str:
        """Return the text of one cell."""
        return self.rows[table][line - 1][COLUMNS[table].index(column)]

    def lines(self, table: str, **cells: Callable[[str], bool]) -> Iterator[int]:
        """Yield the lines of a table whose cells meet the conditions."""
        for line in range(2, len(self.rows[table]) + 1):
            if all(fits(self.cell(table, line, column)) for column, fits in cells.items()):
                yield line

    def put(self, table: str, line: int, column: str, text: str) -> None:
        """Change a cell, and note the change."""
        self.rows[table][line - 1][COLUMNS[table].index(column)] = text
        self.note(table, line, column)

    def note(self, table: str, line: int = 0, column: str = "") -> None:
        """Note a place that a check has to find."""
        self.changes.append(Change(self.names[table], line, column))


@dataclass(frozen=True)
class ChildDefect:
    """A fault: its description, the DfE's rules that find it at the place noted, and the function that makes it.

    A fault without rules is for the reader of the files to find or to tolerate.
    """

    what: str
    rules: tuple[str, ...]
    make: Callable[[Copy], None]


def spoil(name: str, files: Files) -> tuple[Files, list[Change]]:
    """Return a copy of a return with one fault more, and the fault's places.

    Raises:
        ClubError: no such fault is known, or no row of the return is suitable for it.
    """
    if name not in DEFECTS:
        raise ClubError(f"There is no fault '{name}'; known are {', '.join(DEFECTS)}.")
    copy = Copy.of(files)
    try:
        DEFECTS[name].make(copy)
    except StopIteration:
        raise ClubError(f"No row of this return fits the fault '{name}'; take one of more children.") from None
    return copy.files(), copy.changes


def with_children_of(files: Files, others: Files, count: int = 3) -> tuple[Files, list[Change]]:
    """Add some children of another return, for instance of another authority, as if sent in the wrong file."""
    copy, strangers = Copy.of(files), Copy.of(others)
    chosen = [row[0] for row in strangers.rows["header"][1 : count + 1]]
    for table, rows in copy.rows.items():
        for row in strangers.rows[table][1:]:
            if row[0] in chosen:
                rows.append(row)
                copy.note(table, len(rows))
    return copy.files(), copy.changes


def _as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _filled(cell: str) -> bool:
    return cell != ""


def _is(text: str) -> Callable[[str], bool]:
    return lambda cell: cell == text


def _written(table: str, column: str, text: str, **cells: Callable[[str], bool]) -> Callable[[Copy], None]:
    """Make a fault that writes another text into the first filled cell in a row whose other cells fit."""

    def make(copy: Copy) -> None:
        copy.put(table, next(copy.lines(table, **({column: _filled} | cells))), column, text)

    return make


def _moved(days: int, cell: str) -> str:
    return (datetime.strptime(cell, DAY) + timedelta(days=days)).strftime(DAY)


def _overlap(copy: Copy) -> None:
    line = next(
        line
        for line in copy.lines("episodes", rne=_is("P"))
        if copy.cell("episodes", line - 1, "rec") == "X1"
        and _days(copy.cell("episodes", line - 1, "decom"), copy.cell("episodes", line, "decom")) > 9
    )
    copy.put("episodes", line, "decom", _moved(-5, copy.cell("episodes", line, "decom")))


def _days(first: str, last: str) -> int:
    return (datetime.strptime(last, DAY) - datetime.strptime(first, DAY)).days


def _twice_in_header(copy: Copy) -> None:
    rows = copy.rows["header"]
    rows.append(list(rows[1]))
    copy.note("header", 2)
    copy.note("header", len(rows))


def _not_in_header(copy: Copy) -> None:
    child = copy.cell("episodes", 2, "child")
    rows = copy.rows["header"]
    copy.rows["header"] = [row for row in rows if row[0] != child]
    for line in copy.lines("episodes", child=_is(child)):
        copy.note("episodes", line)


def _header_without_rows(copy: Copy) -> None:
    del copy.rows["header"][1:]
    for line in copy.lines("episodes"):
        copy.note("episodes", line)


def _not_sent(copy: Copy) -> None:
    copy.note("episodes")
    del copy.rows["episodes"]


def _sent_twice(copy: Copy) -> None:
    name = f"Copy of {copy.names['reviews']}"
    copy.more[name] = _as_csv(copy.rows["reviews"])
    copy.note("reviews")
    copy.changes.append(Change(name, 0))


def _born_too_late(copy: Copy) -> None:
    line = next(copy.lines("episodes", rne=_is("S")))
    born = _moved(10, copy.cell("episodes", line, "decom"))
    copy.put("header", next(copy.lines("header", child=_is(copy.cell("episodes", line, "child")))), "dob", born)


def _ragged(cells: int) -> Callable[[Copy], None]:
    def make(copy: Copy) -> None:
        row = copy.rows["episodes"][2]
        copy.rows["episodes"][2] = row[:cells] if cells < len(row) else [*row, *["?"] * (cells - len(row))]
        copy.note("episodes", 3)

    return make


def _no_decision(copy: Copy) -> None:
    line = next(copy.lines("episodes", place=lambda cell: cell in ("A3", "A4", "A5", "A6")))
    child = copy.cell("episodes", line, "child")
    copy.rows["placed_adoption"] = [row for row in copy.rows["placed_adoption"] if row[0] != child]
    copy.note("episodes", line)


def _not_as_last_year(table: str, column: str, change: dict[str, str]) -> Callable[[Copy], None]:
    """Make a fault that writes another text into the first row of a child in care since before the year."""

    def make(copy: Copy) -> None:
        start = _first_day(copy)
        for line in copy.lines("episodes"):
            child = copy.cell("episodes", line, "child")
            is_first = copy.cell("episodes", line - 1, "child") != child
            if is_first and datetime.strptime(copy.cell("episodes", line, "decom"), DAY) < start:
                where = line if table == "episodes" else next(copy.lines(table, child=_is(child)))
                if copy.cell(table, where, column) in change:
                    copy.put(table, where, column, change[copy.cell(table, where, column)])
                    return
        raise StopIteration

    return make


def _first_day(copy: Copy) -> datetime:
    """Return 1 April of the return's year, which is that of the earliest day on which an episode ended."""
    ended = [row[7] for row in copy.rows["episodes"][1:] if row[7]]
    first = min(datetime.strptime(day, DAY) for day in ended)
    return datetime(first.year if first.month > 3 else first.year - 1, 4, 1)


_SWAPPED = {"1": "2", "2": "1", "M": "F", "F": "M"}
_OTHER_PLACE = {"U6": "U3", "U4": "U1", "U3": "U6", "K2": "R1"}

DEFECTS: dict[str, ChildDefect] = {
    "unknown place": ChildDefect(
        "A placement type that no code set has.", ("146",), _written("episodes", "place", "ZZ")
    ),
    "unknown legal status": ChildDefect(
        "A legal status that no code set has.", ("144",), _written("episodes", "ls", "Q9")
    ),
    "unknown ethnic origin": ChildDefect(
        "An ethnic origin in words.", ("103",), _written("header", "ethnic", "white")
    ),
    "impossible birth date": ChildDefect(
        "Born on 31 February.", ("102",), _written("header", "dob", "31/02/2012")
    ),
    "impossible start date": ChildDefect(
        "An episode that begins on 30 February.", ("141",), _written("episodes", "decom", "30/02/2024")
    ),
    "American date": ChildDefect(
        "A review on the 25th day of no month: month and day are exchanged.",
        ("166",),
        _written("reviews", "review", "05/25/2024"),
    ),
    "overlapping episodes": ChildDefect("An episode begins before the one before it ends.", ("501",), _overlap),
    "reason without a date": ChildDefect(
        "A reason why the episode ceased, and no date.", ("148",), _written("episodes", "dec", "", rec=_is("X1"))
    ),
    "end after the year": ChildDefect(
        "An episode that ends in a year to come.", ("385",), _written("episodes", "dec", "01/06/2039")
    ),
    "child twice in header": ChildDefect(
        "The first child stands in the header twice.", ("INT32",), _twice_in_header
    ),
    "child not in header": ChildDefect(
        "A child has episodes and is not in the header.", ("INT03",), _not_in_header
    ),
    "header without rows": ChildDefect(
        "The header has headings and nothing else.", ("INT03",), _header_without_rows
    ),
    "table not sent": ChildDefect("There is no table of episodes.", (), _not_sent),
    "table sent twice": ChildDefect("The reviews were sent twice, under two names.", (), _sent_twice),
    "short row": ChildDefect("A row of episodes has five cells.", (), _ragged(5)),
    "long row": ChildDefect("A row of episodes has fifteen cells.", (), _ragged(15)),
    "line break in a cell": ChildDefect(
        "A pupil number with quotation marks and a line break in it.",
        ("168",),
        _written("header", "upn", 'A"12"\n34'),
    ),
    "born after the start": ChildDefect("A child was born after it came into care.", ("302",), _born_too_late),
    "unknown mother status": ChildDefect(
        "A mother status that is neither 0 nor 1.", ("165",), _written("header", "mother", "2", mother=_is("0"))
    ),
    "infant's part in a review": ChildDefect(
        "A child of four or more is told to be under four at its review.",
        ("440",),
        _written("reviews", "review_code", "PN0", review_code=_is("PN1")),
    ),
    "unknown social worker": ChildDefect(
        "A social worker's id that no register gives.", ("SW02STG1",), _written("sw_episodes", "sw_id", "AB1234")
    ),
    "no decision to place": ChildDefect(
        "A child is placed for adoption and no decision is told.", ("551",), _no_decision
    ),
    "another sex than last year": ChildDefect(
        "A child's sex is not that of last year.", ("202",), _not_as_last_year("header", "sex", _SWAPPED)
    ),
    "another place than last year": ChildDefect(
        "The open placement of last year goes on as another one.",
        ("503D",),
        _not_as_last_year("episodes", "place", _OTHER_PLACE),
    ),
    "another status than last year": ChildDefect(
        "The open episode of last year goes on with another legal status.",
        ("503B",),
        _not_as_last_year("episodes", "ls", {"C2": "V2", "V2": "C2", "C1": "V2"}),
    ),
}
