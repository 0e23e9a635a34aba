"""The tables of one return, and functions to write them to files."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from samples.activity import activity_rows
from samples.defects import Fault, defects_of
from samples.figures import Figures
from samples.form import Form
from samples.spend import spend_rows

Rows = list[list[str]]


def table_rows(form: Form, figures: Figures) -> dict[str, Rows]:
    """Return the sheets of one return by the name of the table, without those that were not sent."""
    not_sent = {defect.table for defect in defects_of(figures.member.code, form.period, Fault.NO_FILE)}
    sheets = {"activity": activity_rows, "spend": spend_rows}
    return {name: rows(form, figures) for name, rows in sheets.items() if name not in not_sent}


def write_csv(path: Path, rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> Path:
    """Write a CSV file with line feeds, whatever the machine's own line ends are."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))
    return path
