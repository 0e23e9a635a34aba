"""Invented SSDA903 returns with one fault planted in them, and many findings that follow from it."""

from collections.abc import Callable
from pathlib import Path

from tests.support.child_returns import TABLES, write_return

Lines = dict[str, list[str]]

CHILDREN = 30
#: The rows about one child in which its date of birth stands too.
ROWS = 100


def plant(folder: Path, fault: str) -> Path:
    """Write a return of thirty children with this fault."""
    lines = {table: [rows[0]] for table, rows in TABLES.items()}
    for number in range(1, CHILDREN + 1):
        for table, rows in TABLES.items():
            lines[table] += [
                row.replace("C1", f"{number:05}", 1).replace("A123456789012", f"A{number:012}") for row in rows[1:]
            ]
    FAULTS[fault](lines)
    return write_return(folder, **lines)


def _wrong_birthday(lines: Lines) -> None:
    """One cell: the date of birth of one child, in HEADER."""
    lines["header"][1] = lines["header"][1].replace("10/05/2015", "10/05/2014")
    days = [f"{1 + row % 28:02}/{6 + row // 28:02}/2025" for row in range(ROWS)]
    lines["missing"] += [f"00001,10/05/2015,M,{day},{day}" for day in days]
    lines["reviews"] += [f"00001,10/05/2015,{day},PN1" for day in days]


def _missing_row(lines: Lines) -> None:
    """The row of one child in HEADER."""
    _wrong_birthday(lines)
    del lines["header"][1]


def _register_cut(lines: Lines) -> None:
    """All rows of HEADER but one; one child is in no other table than OC3."""
    del lines["header"][2:]
    lines["oc3"] += ["00099,10/05/2006,YES,F2,U"] * 10


def _zeros_lost(lines: Lines) -> None:
    """The leading zeros of the children's numbers, in REVIEWS."""
    lines["reviews"] = [line.lstrip("0") for line in lines["reviews"]]


def _days_as_numbers(lines: Lines) -> None:
    """The column DECOM of EPISODES, as a spreadsheet counts days."""
    lines["episodes"] = [line.replace("03/06/2024", "45446") for line in lines["episodes"]]


def _old_codes(lines: Lines) -> None:
    """The column SEX of HEADER, in the codes of earlier years."""
    lines["header"] = [line.replace(",M,", ",1,") for line in lines["header"]]


def _nothing(lines: Lines) -> None:
    """No fault."""


FAULTS: dict[str, Callable[[Lines], None]] = {
    "wrong birthday": _wrong_birthday,
    "missing row": _missing_row,
    "register cut": _register_cut,
    "zeros lost": _zeros_lost,
    "days as numbers": _days_as_numbers,
    "old codes": _old_codes,
    "nothing": _nothing,
}
