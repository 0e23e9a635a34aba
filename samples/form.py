"""The form of a year as the layout seeds describe it: columns, lines, items and the cell of the name."""

import re
from dataclasses import dataclass
from functools import cache

from ingestion.seeds import seed_rows
from ingestion.settings import SEEDS

LAYOUT = SEEDS / "pss_ex1"


@dataclass(frozen=True)
class Term:
    """One part of a formula: a name and its sign, +1 or -1."""

    sign: int
    name: str


@dataclass(frozen=True)
class Column:
    """One money column; without terms it is entered by hand."""

    number: int
    letter: str
    amount_code: str
    formula: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class ServiceLine:
    """One line of the spend table; with terms it is the total of other lines."""

    code: str
    label: str
    service_code: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Item:
    """One item of the activity table."""

    label: str
    item_code: str


@dataclass(frozen=True)
class Form:
    """Both tables of one year's form."""

    period: str
    columns: tuple[Column, ...]
    lines: tuple[ServiceLine, ...]
    items: tuple[Item, ...]
    name_cells: dict[str, tuple[int, int]]


def parse_formula(formula: str) -> tuple[Term, ...]:
    """Parse a formula, such as `I3 + J1 - L1`, into its terms."""
    found = re.findall(r"([+-]?)\s*([A-Z]+\d*)", formula)
    return tuple(Term(-1 if sign == "-" else 1, name) for sign, name in found)


@cache
def known_periods() -> tuple[str, ...]:
    """Return the years that have a layout, oldest first."""
    return tuple(sorted({row["period_code"] for row in _seed("pss_ex1_lines")}))


@cache
def form_of(period: str) -> Form:
    """Read the form of one year."""
    return Form(
        period,
        columns=tuple(_column(row) for row in _rows("pss_ex1_columns", period)),
        lines=tuple(_line(row) for row in _rows("pss_ex1_lines", period)),
        items=tuple(Item(row["label"], row["item_code"]) for row in _rows("pss_ex1_items", period)),
        name_cells={
            row["table_name"]: (int(row["line_number"]), int(row["column_number"]))
            for row in _rows("pss_ex1_name_cells", period)
        },
    )


def _column(row: dict[str, str]) -> Column:
    return Column(
        int(row["column_number"]),
        row["column_letter"],
        row["amount_code"],
        row["formula"],
        parse_formula(row["formula"]),
    )


def _line(row: dict[str, str]) -> ServiceLine:
    return ServiceLine(row["line_code"], row["label"], row["service_code"], parse_formula(row["total_of"]))


def _rows(name: str, period: str) -> list[dict[str, str]]:
    return [row for row in _seed(name) if row["period_code"] == period]


@cache
def _seed(name: str) -> tuple[dict[str, str], ...]:
    return tuple(seed_rows(f"{LAYOUT.name}/{name}"))
