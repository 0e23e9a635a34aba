"""Small children made for rules about them: each case is a child of its own, and says which of its rows are found.

All children are sent in one return a year, after last year's was accepted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.returns.catalogue import TableLayout, find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse, run_road

AUTHORITY = "dudley"
BORN = "01/01/2010"
IN_CARE = "01/05/2020,S,C2,N1,U1,PR1,,,,,,"  # since then, and still on 31 March
WITHOUT_DOB = ("header", "episodes")

Rows = dict[str, list[str]]
RowOfCase = tuple[str, int]  # table, index among the case's rows in it
Place = tuple[str, str, int]  # period, table, line


@dataclass(frozen=True)
class Case:
    """Rows of one child after CHILD and DOB, by table, and those of them that the rule points at."""

    code: str
    what: str
    points_at: set[RowOfCase]
    rows: Rows
    last_year: Rows = field(default_factory=dict)
    period: str = "2024-25"
    born: str = BORN

    def rows_of(self, period: str) -> Rows:
        """Return the rows of this case for the return of a period: its own, those of last year, or none."""
        if period not in (self.period, _year_before(self.period)):
            return {}
        sex = "1" if period < "2024-25" else "M"
        own = self.rows if period == self.period else self.last_year
        return {"header": [f"{sex},{self.born},WBRI,,,"], "episodes": [IN_CARE]} | own


def case(
    code: str, what: str, *points_at: RowOfCase, last=None, period="2024-25", born=BORN, **rows: list[str]
) -> Case:
    """Build a case in a short form."""
    return Case(code, what, set(points_at), rows, last or {}, period, born)


def _year_before(period: str) -> str:
    start = int(period[:4]) - 1
    return f"{start}-{(start + 1) % 100:02}"


@contextmanager
def pointed_at(
    cases: list[Case], home: Path, landing: Path, periods: tuple[str, ...], with_optional: Collection[str] = ()
) -> Iterator[dict[tuple[int, str], set[RowOfCase]]]:
    """Provide the rows that each rule points at, by case number and rule; remove every trace of the children.

    The files of the tables `with_optional` have their optional columns too, as the last ones.
    """
    settings = Settings(home=home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    empty_warehouse(settings)
    with connect(settings, Role.ADMIN, autocommit=True) as connection:
        places: dict[Place, tuple[int, str, int]] = {}
        for period in periods:
            places |= _send(cases, landing, period, with_optional)
            run_road(settings, "ssda903")
        found = connection.execute(
            "select period_code, table_name, line_number, rule_code from ledger.finding"
            " inner join ledger.submission using (submission_id)"
            " where line_number is not null and table_name is not null"
        ).fetchall()
        in_error = connection.execute(
            "select rule_code from ledger.rule_result where outcome = 'error'"
        ).fetchall()
    empty_warehouse(settings)
    assert not in_error
    findings = defaultdict(set)
    for period, table, line, rule_code in found:
        number, _, index = places[period, table, line]
        if period == cases[number].period:
            findings[number, rule_code].add((table, index))
    yield findings


def _send(
    cases: list[Case], landing: Path, period: str, with_optional: Collection[str]
) -> dict[Place, tuple[int, str, int]]:
    """Put the return of a period into the landing zone; return the case and row at each place."""
    lines = {
        table.name: [_headings(table, with_optional=table.name in with_optional)]
        for table in find_return("ssda903").tables_of(period)
    }
    places = {}
    for number, one in enumerate(cases):
        for table, rows in one.rows_of(period).items():
            for index, row in enumerate(rows):
                of_child = f"{number}," + ("" if table in WITHOUT_DOB else f"{one.born},")
                lines[table].append(of_child + row)
                places[period, table, len(lines[table])] = (number, table, index)
    folder = landing / AUTHORITY / "ssda903" / period
    folder.mkdir(parents=True)
    for table, (headings, *rows) in lines.items():
        if rows:
            (folder / f"{table}.csv").write_text("\n".join([headings, *rows]) + "\n")
    return places


def _headings(table: TableLayout, *, with_optional: bool) -> str:
    """Return the headings: CHILD and DOB, which the cases leave out, then the others."""
    first = ("child",) if table.name in WITHOUT_DOB else ("child", "dob")
    columns = table.known_columns if with_optional else table.columns
    return ",".join(dict.fromkeys((*first, *columns)))
