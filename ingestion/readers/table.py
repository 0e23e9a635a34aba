"""What a reader gives, and what it says when it cannot."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """One row: the line of the file (or row of the sheet) it starts on, and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TextTable:
    """All rows of one CSV file or of one sheet."""

    lines: tuple[Line, ...]
    sheet_name: str | None = None
    column_offset: int = 0  # empty columns of the sheet left of the first cell of each line


@dataclass
class UnreadableFile(Exception):  # noqa: N818 -- it is the file that is at fault, not the program
    """The file cannot be taken in. `facts` fill the sentence of the intake rule."""

    rule_code: str
    line: int | None = None
    facts: dict[str, object] = field(default_factory=dict)
