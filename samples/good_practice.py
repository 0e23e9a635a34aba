"""Invented entries of good practice: by whom each was sent, as YAML, as a workbook or as a table.

The entries are in `good_practice.yaml`; `DEFECTS` are put into them on purpose.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import xlsxwriter
import yaml

from samples.tables import write_csv

RETURN, ROUND = "good_practice", "2026"

AS_WORKBOOK = ("coventry", "sandwell", "wolverhampton")
AS_TABLE = ("shropshire", "warwickshire")

# What a sender got wrong, by authority, entry and field.
DEFECTS = {
    ("dudley", "FC02", "indicators"): "D35, A11",  # a slip of the finger: there is no such indicator
    ("wolverhampton", "IC01", "review_due"): "next spring",  # no date, so nobody can be reminded
    ("solihull", "DQ01", "checked_by"): "Principal accountant",  # whom to ask has checked it, and nobody else
}

_CREATED = datetime(2026, 11, 30, 12)  # a workbook carries when it was made

Entry = dict[str, str]


def write_good_practice(folder: Path) -> list[Path]:
    """Write the entries of every member into its folder of the landing zone; return the files."""
    return [_write(folder / authority / RETURN / ROUND, authority, entries) for authority, entries in _sent()]


def _sent() -> Iterator[tuple[str, list[Entry]]]:
    for authority, entries in _invented().items():
        wrong = {(entry, field): text for (who, entry, field), text in DEFECTS.items() if who == authority}
        yield (
            authority,
            [{name: wrong.get((entry["entry"], name), text) for name, text in entry.items()} for entry in entries],
        )


@cache
def _invented() -> dict[str, list[Entry]]:
    """Read the entries; all values as text, as a sender writes them."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    entries: dict[str, list[Entry]] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 -- makes texts alone
    return entries


def _write(folder: Path, authority: str, entries: list[Entry]) -> Path:
    if authority in AS_WORKBOOK:
        return _write_workbook(folder / "good_practice.xlsx", authority, entries)
    if authority in AS_TABLE:
        headings = list(dict.fromkeys(name for entry in entries for name in entry))
        rows = ([entry.get(name, "") for name in headings] for entry in entries)
        return write_csv(folder / "good_practice.csv", [headings, *rows])
    path = folder / "good_practice.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=110)
    path.write_text(f"# Invented: no council has done any of this.\n{listed}", encoding="utf-8")
    return path


def _write_workbook(path: Path, authority: str, entries: list[Entry]) -> Path:
    """Write a workbook that holds what the club's own does: a named cell for each answer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        book.set_properties({"title": "Good practice (invented)", "created": _CREATED})
        about = book.add_worksheet("About")
        for row, (fact, value) in enumerate({"return": RETURN, "round": ROUND, "authority": authority}.items()):
            about.write_row(row, 0, (fact, value))
            book.define_name(f"stamp.{fact}", f"=About!$B${row + 1}")
        for number, entry in enumerate(entries, start=1):
            sheet_name = f"Entry {number}"
            sheet = book.add_worksheet(sheet_name)
            # In a workbook an entry has a numbered place, and its own code is one of the answers.
            for row, (field, value) in enumerate(entry.items(), start=1):
                name = "code" if field == "entry" else field
                sheet.write_row(row - 1, 0, (name, value))
                book.define_name(f"answer.E{number:02}.{name}", f"='{sheet_name}'!$B${row}")
    return path
