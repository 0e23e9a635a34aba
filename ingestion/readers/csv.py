"""Read CSV in the encodings that its layout states, with strict quoting; nothing is guessed."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import TextIO

from ingestion.readers.delimiter import refuse_other_delimiter
from ingestion.readers.table import OpenFile, Row, TextTable, UnreadableFile
from ingestion.settings import MEBIBYTE

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# These first bytes reveal UTF-16 without a mark: half of them are zero where the text is English.
_START_BYTES = 200
_ZEROS_OF_UTF_16 = 20

# A record is held whole, and only its line ends and quotes tell where it ends.
LONGEST_RECORD = 4 * MEBIBYTE


def read_csv(open_file: OpenFile, encodings: tuple[str, ...] = ("utf-8",), *, is_strict: bool = True) -> TextTable:
    """Read a CSV file as one table; memory does not grow with the file.

    A lenient reader accepts text after a closing quote and a missing last quote, as they look.

    Raises:
        UnreadableFile: in none of the encodings, with a NUL character, or with cells that are not separated by
            commas; from the rows, broken quoting.
    """
    encoding = _find_encoding(open_file, encodings)
    with io.TextIOWrapper(open_file(), encoding=encoding, newline="") as file:
        refuse_other_delimiter(file)
    return TextTable(_rows(open_file, encoding, is_strict))


def _find_encoding(open_file: OpenFile, encodings: tuple[str, ...]) -> str:
    """Find the first encoding that the whole file is valid in. Reads every byte once for each encoding."""
    with open_file() as file:
        start = file.read(_START_BYTES)
    if start.startswith(UTF_16_MARKS) or start.count(0) > _ZEROS_OF_UTF_16:
        raise UnreadableFile("intake.wrong_encoding", 1, {"found": "UTF-16"})
    problem: UnreadableFile | None = None
    for encoding in encodings:
        try:
            nul_line = _decode(open_file, encoding)
        except UnreadableFile as error:
            problem = problem or error
            continue
        if nul_line:
            raise UnreadableFile("intake.broken_csv", nul_line, {"found": "a NUL character"})
        return "utf-8-sig" if encoding == "utf-8" else encoding
    assert problem is not None
    raise problem


def _decode(open_file: OpenFile, encoding: str) -> int | None:
    """Decode the whole file and return the line of its first NUL character."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, nul_line = 1, None
    with open_file() as file:
        try:
            while chunk := file.read(MEBIBYTE):
                decoder.decode(chunk)
                if nul_line is None and b"\x00" in chunk:
                    nul_line = line + chunk[: chunk.index(b"\x00")].count(b"\n")
                line += chunk.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            found = f"not UTF-8 (byte 0x{error.object[error.start]:02X}; probably latin-1 or Windows-1252)"
            raise UnreadableFile("intake.wrong_encoding", line, {"found": found}) from error
    return nul_line


def _rows(open_file: OpenFile, encoding: str, is_strict: bool) -> Iterator[Row]:
    """Yield every record with the line that it starts on; empty lines are skipped."""
    start = 1
    with io.TextIOWrapper(open_file(), encoding=encoding, newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, strict=is_strict)
        try:
            for cells in reader:
                lines.length_of_record = 0
                if cells:
                    yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            raise UnreadableFile("intake.broken_csv", start, {"found": _in_words(error)}) from error


class _Lines:
    """The lines of a file, until they add up to a longer record than there can be."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.length_of_record = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_RECORD + 1)
        if not line:
            raise StopIteration
        self.length_of_record += len(line)
        if self.length_of_record > LONGEST_RECORD:
            raise csv.Error(f"a row of more than {LONGEST_RECORD:,} characters; a line end or a quote is missing")
        return line


def _in_words(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"a cell of more than {csv.field_size_limit():,} characters; probably a quote is missing"
    return str(error)
