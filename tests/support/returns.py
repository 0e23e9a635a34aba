"""Returns for the tests: those of the samples, and copies of them with one thing changed."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import openpyxl

from ingestion.settings import Settings
from samples import write_samples
from samples.form import form_of

# No sample of these authorities carries a defect, in any year.
CLEAN_AUTHORITIES = (
    "birmingham", "shropshire", "solihull", "staffordshire", "stoke-on-trent", "warwickshire", "wolverhampton",
    "worcestershire",
)  # fmt: skip

Cell = tuple[int, int]  # line and column of a file, both from 1


@dataclass(frozen=True)
class SampleReturn:
    """One authority's return of one year, as files by name; every change gives a new one."""

    authority: str
    period: str
    files: dict[str, bytes] = field(repr=False)

    def rows(self, name: str) -> list[list[str]]:
        """Return the cells of one CSV file."""
        return list(csv.reader(io.StringIO(self.files[name].decode("utf-8"), newline="")))

    def value(self, name: str, cell: Cell) -> str:
        """Return the text of one cell."""
        return self.rows(name)[cell[0] - 1][cell[1] - 1]

    def with_file(self, name: str, content: bytes) -> "SampleReturn":
        """Return the same return with one file added or replaced."""
        return replace(self, files=self.files | {name: content})

    def without_file(self, name: str) -> "SampleReturn":
        """Return the same return with one file not sent."""
        return replace(self, files={known: content for known, content in self.files.items() if known != name})

    def with_cell(self, name: str, cell: Cell, text: str) -> "SampleReturn":
        """Return the same return with one cell changed."""
        return self.with_cells(name, {cell: text})

    def with_cells(self, name: str, cells: dict[Cell, str]) -> "SampleReturn":
        """Return the same return with some cells of one file changed."""
        rows = self.rows(name)
        for (line, column), text in cells.items():
            rows[line - 1][column - 1] = text
        return self.with_file(name, as_csv(rows))

    def with_amount_added(self, name: str, cell: Cell, amount: int) -> "SampleReturn":
        """Return the same return with an amount added to a figure."""
        return self.with_cell(name, cell, str(int(self.value(name, cell)) + amount))

    def without_lines(self, name: str, lines: Iterable[int]) -> "SampleReturn":
        """Return the same return with lines of one file left out."""
        dropped = set(lines)
        rows = [row for number, row in enumerate(self.rows(name), start=1) if number not in dropped]
        return self.with_file(name, as_csv(rows))

    def with_line_repeated(self, name: str, line: int) -> "SampleReturn":
        """Return the same return with one line copied to the end of its file."""
        rows = self.rows(name)
        return self.with_file(name, as_csv([*rows, rows[line - 1]]))

    def spend_cell(self, line_code: str, amount_code: str) -> Cell:
        """Return the cell of `spend.csv` with an amount of a line of the form."""
        columns = {column.amount_code: column.number for column in form_of(self.period).columns}
        return self.spend_line(line_code), columns[amount_code]

    def spend_line(self, line_code: str) -> int:
        """Return the line of `spend.csv` that holds a line of the form."""
        return [row[0] for row in self.rows("spend.csv")].index(line_code) + 1

    def line_code(self, service_code: str) -> str:
        """Return the form's own code for a service."""
        return next(line.code for line in form_of(self.period).lines if line.service_code == service_code)

    def activity_cell(self, item_code: str) -> Cell:
        """Return the cell of `activity.csv` with the figure of an item."""
        label = next(item.label for item in form_of(self.period).items if item.item_code == item_code)
        return [row[0].lower() for row in self.rows("activity.csv")].index(label) + 1, 2

    def deliver(self, settings: Settings) -> Path:
        """Put the return into its folder of the landing zone, replacing what is there."""
        return self.deliver_to(Path(settings.landing) / self.authority / "pss_ex1" / self.period)

    def deliver_to(self, folder: Path) -> Path:
        """Put the files into any folder, replacing what is there."""
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.iterdir():
            left.unlink()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder


def sample_return(authority: str, period: str) -> SampleReturn:
    """Return one return as the samples write it."""
    return SampleReturn(authority, period, _sample_files(period)[authority])


@cache
def _sample_files(period: str) -> dict[str, dict[str, bytes]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_samples(folder, periods=(period,))
        return {
            authority.name: {path.name: path.read_bytes() for path in (authority / "pss_ex1" / period).iterdir()}
            for authority in folder.iterdir()
            if authority.name != "_published"
        }


def as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Write rows as the samples do: UTF-8, line feeds."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def workbook(rows: Iterable[Iterable[object]], title: str = "Sheet1") -> bytes:
    """Return an .xlsx with one sheet."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zip_bomb(size: int) -> bytes:
    """Return an .xlsx whose one sheet is mostly blanks: `size` bytes when unpacked, few when packed."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["a", "b"]]))) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head, tail = content.split(b"</sheetData>")
                content = head + b" " * (size - len(content)) + b"</sheetData>" + tail
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
