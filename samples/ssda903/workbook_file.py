"""A return as one workbook, one sheet per table, every cell a text; the sheets grow on disk, not in memory."""

import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

from ingestion.errors import ClubError
from samples.ssda903.days import COLUMNS, Year
from samples.ssda903.habits import GUIDE_NAMES, Habit, file_name
from samples.ssda903.returns import Rows

MOST_ROWS = 1_048_576  # of a sheet
WHEN = (1980, 1, 1, 0, 0, 0)  # fixed, so that the same samples are the same bytes
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class WorkbookReturn:
    """A set of open sheets, to be closed at the end."""

    def __init__(self, folder: Path, habit: Habit, year: Year) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / file_name(habit, "header", year)
        self._sheets: dict[str, IO[str]] = {}
        self._rows = dict.fromkeys(year.tables, 0)
        for table in year.tables:
            self._sheets[table] = _scratch_file()
            self._sheets[table].write(f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetData>')
            self._write(table, [name.upper() for name in COLUMNS[table]])

    def add(self, rows: Rows) -> None:
        """Write one child's rows.

        Raises:
            ClubError: a sheet cannot hold any more.
        """
        for table, found in rows.items():
            if table in self._sheets:
                for row in found:
                    self._write(table, row)

    def _write(self, table: str, row: list[str]) -> None:
        self._rows[table] += 1
        if self._rows[table] > MOST_ROWS:
            raise ClubError(
                f"{self._path.name}: sheet {GUIDE_NAMES[table]} would need more than {MOST_ROWS:,} rows. "
                "Ask for fewer children of an authority that sends a workbook."
            )
        cells = "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' if cell else "<c/>" for cell in row)
        self._sheets[table].write(f"<row>{cells}</row>")

    def close(self) -> list[Path]:
        """Close the workbook and return its path."""
        with zipfile.ZipFile(self._path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in _frame(list(self._sheets)).items():
                archive.writestr(_entry(name), text, zipfile.ZIP_DEFLATED)
            for number, sheet in enumerate(self._sheets.values(), start=1):
                sheet.write("</sheetData></worksheet>")
                sheet.seek(0)
                with archive.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as target:
                    shutil.copyfileobj(_Encoded(sheet), target)
                sheet.close()
        return [self._path]


def _scratch_file() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")


class _Encoded:
    """A text file that is read as bytes."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size).encode()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, WHEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _frame(tables: list[str]) -> dict[str, str]:
    """Return the parts of the package besides its sheets."""
    numbered = list(enumerate(tables, start=1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for number, _ in numbered
    )
    sheets = "".join(
        f'<sheet name="{GUIDE_NAMES[table]}" sheetId="{number}" r:id="rId{number}"/>' for number, table in numbered
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number, _ in numbered
    )
    return {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
        f"{links}</Relationships>",
    }
