"""A national collection as its publisher releases it: one sheet per council, and control totals that add up.

Names and types of the councils are real; every figure is made up. The faults of the members are in it, as they
sent them; a total is the sum over the councils with a figure.
"""

import random
from collections.abc import Sequence
from pathlib import Path

from ingestion.authorities import authorities, authority_groups, authority_types
from samples.figures import Figures
from samples.form import form_of
from samples.members import SIZES, Member
from samples.tables import Rows, table_rows, write_csv

COLLECTION = "england"
NUMBERED_FROM = "2007-08"  # from then on the council's number leads the name of its sheet
FIRST_FIGURE = {"activity": 2, "spend": 3}  # the column where the figures begin; left of it are codes and labels


def write_collection(folder: Path, seed: int, period: str, councils: Sequence[str] | None = None) -> list[Path]:
    """Write `england/pss_ex1/<period>/` of these councils, or of all that existed; return the files written."""
    types = authority_types(period)
    senders = [_council(seed, code) for code in (councils or sorted(types)) if authorities()[code].cassr_code]
    form = form_of(period)
    written: list[Path] = []
    sheets: dict[str, dict[str, Rows]] = {"activity": {}, "spend": {}}
    for sender in senders:
        for table, rows in table_rows(form, Figures(seed, sender, int(period[:4]))).items():
            sheets[table][sender.code] = rows
    for table, by_council in sheets.items():
        place = folder / COLLECTION / "pss_ex1" / period / table
        files = {_sheet_name(code, period): rows for code, rows in by_council.items()}
        for group in authority_groups().values():
            parts = [by_council[code] for code in by_council if group.authority_type in ("", types[code])]
            if parts:
                files[f"TOTAL {group.title}"] = _total(parts, table, group.title, period)
        written += [write_csv(place / f"{name}.csv", rows) for name, rows in files.items()]
        written.append(write_csv(place / "sheet_names.csv", [["x"], *([name] for name in files)]))
    return written


def _council(seed: int, code: str) -> Member:
    council = authorities()[code]
    size = SIZES.get(code) or random.Random(f"{seed}/{code}/size").randrange(120, 900)  # noqa: S311 -- no secret
    return Member(code, council.name, council.gss_code, council.dfe_la_number, size)


def _sheet_name(code: str, period: str) -> str:
    council = authorities()[code]
    name = f"{council.name} UA" if authority_types(period)[code] == "unitary authority" else council.name
    return f"{council.cassr_code}-{name}" if period >= NUMBERED_FROM else name


def _total(parts: list[Rows], table: str, title: str, period: str) -> Rows:
    """Add up the sheets of a group, cell by cell; keep words as they are in the first sheet."""
    first = FIRST_FIGURE[table] - 1
    rows = [
        [*cells[0][:first], *(_sum([row[place] for row in cells]) for place in range(first, len(cells[0])))]
        for cells in zip(*parts, strict=True)
    ]
    line_number, column_number = form_of(period).name_cells.get(table, (0, 0))
    if line_number:
        rows[line_number - 1][column_number - 1] = f"TOTAL {title}"
    # The totals of this one year begin in the second column.
    return [["", *row] for row in rows] if (table, period) == ("activity", "2007-08") else rows


def _sum(cells: list[str]) -> str:
    numbers = [int(cell) for cell in cells if cell.lstrip("-").isdigit()]
    return str(sum(numbers)) if numbers else cells[0]
