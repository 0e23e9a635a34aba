"""Tell a file whose cells are separated by something else than commas, from the shape of its first lines."""

import csv
import io
from collections import Counter
from typing import TextIO

from ingestion.readers.table import UnreadableFile

OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}

_CHARACTERS = 64 * 1024
_LINES = 50


def refuse_other_delimiter(file: TextIO) -> None:
    """Refuse a text of which more lines have the same number of cells by another delimiter than by commas.

    Raises:
        UnreadableFile: it is one, and not a word of it was read.
    """
    text = file.read(_CHARACTERS)
    lines = io.StringIO(text, newline="").readlines()[:_LINES]
    if len(lines) > 1 and len(text) == _CHARACTERS:
        lines.pop()  # it may have been cut
    if not any(delimiter in line for line in lines for delimiter in OTHER_DELIMITERS):
        return
    by_comma = _evenness(lines, ",")
    evenness, delimiter = max((_evenness(lines, each), each) for each in OTHER_DELIMITERS)
    if evenness > max(by_comma, 0.5):
        first = next(number for number, line in enumerate(lines, 1) if delimiter in line)
        raise UnreadableFile("intake.other_delimiter", first, {"found": OTHER_DELIMITERS[delimiter]})


def _evenness(lines: list[str], delimiter: str) -> float:
    """Return the share of the rows that have the commonest number of cells; none if that is one cell."""
    try:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells)
    except csv.Error:
        return 0.0
    (width, rows), *_ = widths.most_common(1) or [(1, 0)]
    return rows / widths.total() if width > 1 else 0.0
