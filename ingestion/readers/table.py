"""The result of every reader: a table of text as a stream of rows, or the reason why a file cannot be read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO

# The line of the file (or row of the sheet) that a row starts on, and its cells.
Row = tuple[int, list[str]]

# A function that opens the bytes of a file from their beginning at every call: from a disk or from memory.
OpenFile = Callable[[], IO[bytes]]


@dataclass(frozen=True)
class TextTable:
    """One table as it is in a file, including headings. Its rows are streamed, and can be read once."""

    rows: Iterable[Row]
    sheet_name: str | None = None
    column_offset: int = 0  # empty columns of the sheet left of the first cell of each row
    is_implied: bool = False  # the file could hold rows of it but holds none


@dataclass
class UnreadableFile(Exception):  # noqa: N818 -- it is the file that is at fault, not the program
    """The file cannot be taken in. `facts` fill the sentence of the intake rule."""

    rule_code: str
    line: int | None = None
    facts: dict[str, object] = field(default_factory=dict)


# A title, a date, an empty row: more does not stand above the headings of a table.
MOST_ROWS_ABOVE = 15


def title_above(line: int, rows: int) -> UnreadableFile:
    """Say that the headings stand below something else: in which line, and how many rows are above them."""
    above = "one row" if rows == 1 else f"{rows} rows"
    return UnreadableFile("intake.title_above_headings", line, {"above": above})


def read_even_rows(table: TextTable, most_cells: int, *, may_be_short: bool = False) -> list[Row]:
    """Read every row of a table in which all rows have to be as wide as the first, or no wider.

    Raises:
        UnreadableFile: a row has another width, be it only the first one as a title has, or cannot be read, or
            there are more cells than can be held.
    """
    room = Room(most_cells)
    rows: list[Row] = []
    for number, cells in table.rows:
        room.take(len(cells))
        rows.append((number, cells))
        width = len(rows[0][1])
        if len(rows) == 2 and width == 1 < len(cells):
            raise title_above(number, rows=1)
        if len(cells) > width or (len(cells) < width and not may_be_short):
            found = f"{len(cells)} cells where the first line has {width}"
            raise UnreadableFile("intake.broken_csv", number, {"found": found})
    return rows


class Room:
    """The number of cells that may still be held in memory."""

    def __init__(self, most_cells: int) -> None:
        self._most = self._left = most_cells

    def take(self, cells: int) -> None:
        """Take room for more cells.

        Raises:
            UnreadableFile: there is none.
        """
        self._left -= cells
        if self._left < 0:
            raise UnreadableFile("intake.too_many_cells", facts={"limit": f"{self._most:,}"})
