"""CSV: the encodings its layout states, strict quoting; a doubtful file is refused rather than guessed at."""

import codecs
import csv
import io

from ingestion.readers.table import Line, TextTable, UnreadableFile

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_csv(content: bytes, encodings: tuple[str, ...] = ("utf-8",)) -> TextTable:
    """Every record of a CSV file with the line it starts on.

    Raises:
        UnreadableFile: in none of the encodings, broken quoting, a cut-off last record, rows of different widths.
    """
    text = _decode(content, encodings)
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise UnreadableFile("intake.broken_csv", line, {"found": "a NUL character"})
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[Line] = []
    start = 1
    try:
        for cells in reader:
            if cells:
                lines.append(Line(start, tuple(cells)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile("intake.broken_csv", start, {"found": str(error)}) from error
    _refuse_ragged(lines)
    return TextTable(tuple(lines))


def _decode(content: bytes, encodings: tuple[str, ...]) -> str:
    if content.startswith(UTF_16_MARKS) or content[:200].count(0) > 20:
        raise UnreadableFile("intake.wrong_encoding", 1, {"found": "UTF-16"})
    problem: UnicodeDecodeError | None = None
    for encoding in encodings:
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            problem = problem or error
    assert problem is not None
    line = content[: problem.start].count(b"\n") + 1
    found = f"not UTF-8 (byte 0x{content[problem.start]:02X}; probably latin-1 or Windows-1252)"
    raise UnreadableFile("intake.wrong_encoding", line, {"found": found}) from problem


def _refuse_ragged(lines: list[Line]) -> None:
    if not lines:
        return
    width = len(lines[0].cells)
    for line in lines:
        if len(line.cells) != width:
            found = f"{len(line.cells)} cells where the first line has {width}"
            raise UnreadableFile("intake.broken_csv", line.number, {"found": found})
