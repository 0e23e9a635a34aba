"""A CSV file as a stream of rows; memory does not grow with the file."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from ingestion.readers.csv_text import UTF_16_MARKS
from ingestion.readers.source import OpenedTable, Row
from ingestion.readers.table import UnreadableFile

_CHUNK_BYTES = 1024 * 1024


def open_csv(path: Path, encodings: tuple[str, ...]) -> OpenedTable:
    """The header of a CSV file, and its rows when they are asked for.

    Raises:
        UnreadableFile: in none of the encodings, or with characters that no text has.
    """
    encoding = _encoding(path, encodings)
    rows = _rows(path, encoding)
    heading_line, headings = next(rows)

    def below_the_header() -> Iterator[Row]:
        return rows

    return OpenedTable(heading_line, headings, below_the_header)


def _encoding(path: Path, encodings: tuple[str, ...]) -> str:
    """The first encoding that the whole file is in. Looks at every byte once an encoding."""
    with path.open("rb") as file:
        start = file.read(200)
    if start.startswith(UTF_16_MARKS) or start.count(0) > 20:
        raise UnreadableFile("intake.wrong_encoding", 1, {"found": "UTF-16"})
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        line = 1
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    if b"\x00" in chunk:
                        line += chunk[: chunk.index(b"\x00")].count(b"\n")
                        raise UnreadableFile("intake.broken_csv", line, {"found": "a NUL character"})
                    decoder.decode(chunk)
                    line += chunk.count(b"\n")
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return "utf-8-sig" if encoding == "utf-8" else encoding
    raise UnreadableFile("intake.wrong_encoding", None, {"found": f"in none of {', '.join(encodings)}"})


def _rows(path: Path, encoding: str) -> Iterator[Row]:
    """Every record with the line that it starts on; empty lines are passed over."""
    start = 1
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            for cells in reader:
                if cells:
                    yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            raise UnreadableFile("intake.broken_csv", start, {"found": str(error)}) from error
