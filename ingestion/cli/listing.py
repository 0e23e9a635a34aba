"""Lists as a table for people, or whole, as JSON or CSV, for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ingestion.cli.console import console
from ingestion.errors import ClubError
from ingestion.outbox.spreadsheets import csv_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

AsJson = Annotated[bool, typer.Option("--json", help="The list as JSON, for programs.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="The list as CSV, for a spreadsheet.")]


def print_list(
    rows: Sequence["Mapping[str, Any] | DataclassInstance"],
    shown: RenderableType,
    *,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Print a list in the form that was asked for: every row has the same columns.

    Raises:
        ClubError: both forms were asked for.
    """
    if as_json and as_csv:
        raise ClubError("--json and --csv are two forms of one list; give one of them.")
    plain = [dict(row) if isinstance(row, Mapping) else asdict(row) for row in rows]
    if as_json:
        typer.echo(json.dumps(plain, indent=2, default=str, ensure_ascii=False))
    elif as_csv:
        # RFC 4180; an empty list has no heading that anybody could know.
        typer.echo(csv_text(plain[0] if plain else (), (row.values() for row in plain), "\r\n"), nl=False)
    else:
        console.print(shown)


def rows_of(table: Table) -> list[dict[str, str]]:
    """Return a table that is made for people row by row, its cells without colours."""
    headings = [_plain(column.header) for column in table.columns]
    return [
        dict(zip(headings, map(_plain, cells), strict=True))
        for cells in zip(*(column.cells for column in table.columns), strict=True)
    ]


def _plain(cell: RenderableType) -> str:
    return Text.from_markup(cell).plain if isinstance(cell, str) else str(cell)
