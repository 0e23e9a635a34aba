"""Write returns full of errors from one SSDA903 return, so that many rules find something to compare.

Run `python -m benchmarks.sector_validator.variations RETURN OUT --period 2025-26`. Each variation becomes a folder
`OUT/<name>/<period>` with the CSV files of the year and, in `last/`, those of the year before. The same seed gives
the same files.
"""

import argparse
import csv
from calendar import isleap
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import mode

from ingestion.returns.catalogue import find_return

Row = dict[str, str]
Tables = dict[str, list[Row]]

LAYOUT = find_return("ssda903")
COLUMNS = {table.name: table.columns for table in LAYOUT.tables}
DATES = {column for table in LAYOUT.tables for column in table.dates}
#: The dates that identify a child, not events in its life.
BIRTHS = {"dob", "mc_dob"}
SEED = 903
CODES = Path("dbt_project/seeds/ssda903/ssda903_codes.csv")
#: A small table gets a higher share, so that each of its columns has this many changed cells.
AT_LEAST = 12
#: A code that no column has.
NO_CODE = "XX"
NO_DATES = ("31/02/2025", "2025-05-04", "04.05.2025", "soon")
#: Postcodes that exist: seats of the members' councils, other English cities, Scotland, Wales, Northern Ireland.
POSTCODES = (
    *("B1 1BB", "DY1 1HF", "WV1 1SH", "WS1 1TP", "B69 3DE", "B91 3QB", "CV1 5RR", "CV34 4RL", "ST16 2LH"),
    *("SY2 6ND", "TF3 4NT", "HR1 2HX", "WR5 2NP", "ST4 1HH", "M60 2LA", "SW1A 1AA", "LS1 1UR", "EX4 3RJ"),
    *("NR1 2DL", "EH8 8BG", "CF10 3NQ", "BT1 5GS"),
)
UNKNOWN_UPNS = ("UN0", "UN1", "UN2", "UN3", "UN4", "UN5", "UN6", "A12345678901", "B123")
OC2_ANSWERS = set(COLUMNS["oc2"]) - {"child", "dob", "sdq_score", "sdq_reason"}
#: The columns that stay the same when a new episode begins for this reason.
KEPT = {"L": ("place", "pl_post", "urn", "place_provider", "cin"), "P": ("ls", "cin"), "T": ("ls", "urn", "cin")}
#: Whole years of age at the end of the collection year at which some rule's answer changes.
AGES = (0, 1, 2, 3, 4, 5, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21, 22, 26)


@dataclass(frozen=True)
class Year:
    """A collection year."""

    period: str

    @property
    def start(self) -> date:
        """The first day: 1 April."""
        return date(int(self.period[:4]), 4, 1)

    @property
    def end(self) -> date:
        """The last day: 31 March."""
        return date(int(self.period[:4]) + 1, 3, 31)


@dataclass(frozen=True)
class Workshop:
    """The year, the codes and the random numbers that a variation is made with."""

    year: Year
    codes: dict[str, list[str]]
    random: Random

    def some(self, rows: list[Row], share: float) -> list[Row]:
        """Return that share of the rows, but no fewer than `AT_LEAST` of a small table."""
        wanted = max(round(len(rows) * share), min(AT_LEAST, len(rows) // 2))
        return self.random.sample(rows, wanted)


def read_return(folder: Path, every: int = 1) -> Tables:
    """Read the CSV files of a folder by table, of every nth child; of two files of one table, the first by name.

    Returns are written without the optional columns: the sector's validator refuses a file that has one.
    """
    tables: Tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            heading, *lines = csv.reader(file)
        columns = [column.lower() for column in heading]
        (table,) = (
            table.name for table in LAYOUT.tables if set(table.columns) <= set(columns) <= set(table.known_columns)
        )
        tables.setdefault(table, [dict(zip(columns, line, strict=True)) for line in lines])
    children = sorted({row["child"] for found in tables.values() for row in found})
    kept = set(children[::every])
    return {name: [row for row in found if row["child"] in kept] for name, found in tables.items()}


def write_return(tables: Tables, folder: Path, period: str) -> None:
    """Write one CSV file for each table of the period."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in LAYOUT.tables_of(period):
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.upper() for column in table.columns])
            writer.writerows([row[column] for column in table.columns] for row in tables[table.name])


def read_codes(path: Path) -> dict[str, list[str]]:
    """Read the codes of every code set, by the column that holds them, in lower case."""
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["codeset"].lower(), []).append(row["code"])
    in_use = {column for columns in COLUMNS.values() for column in columns}
    yes_no = {column: found["yes_no"] for column in COLUMNS["oc2"] if column in OC2_ANSWERS}
    return {column: values for column, values in found.items() if column in in_use} | yes_no


# --- the return that every variation starts from ----------------------------------------------------------------


def moved_to(tables: Tables, year: Year) -> Tables:
    """Move the return's dates by whole years, so that its episodes end in this collection year."""
    years = year.start.year - mode(_year_of(row["dec"]) for row in tables["episodes"] if row["dec"])
    for rows_of_table in tables.values():
        for row in rows_of_table:
            row.update({column: _later(row[column], years) for column in row if column in DATES})
    return tables


def _year_of(text: str) -> int:
    """Return the year in which the collection year of this day begins."""
    day = parse(text)
    assert day is not None
    return day.year if day.month > 3 else day.year - 1


def parse(text: str) -> date | None:
    """Parse a cell in the form DD/MM/YYYY; None where it holds no such day."""
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        return None


def written(day: date) -> str:
    """Write a day as the return has it."""
    return day.strftime("%d/%m/%Y")


def _later(text: str, years: int) -> str:
    day = parse(text)
    if day is None:
        return text
    leap = (day.month, day.day) == (2, 29) and not isleap(day.year + years)
    return written(day.replace(year=day.year + years, day=28 if leap else day.day))


def filled(tables: Tables, work: Workshop) -> Tables:
    """Add what the original mostly lacks: social workers, deprivations of liberty, mothers, real postcodes."""
    births = {row["child"]: row["dob"] for row in tables["header"]}
    tables = tables | {"sw_episodes": [], "dolo": []}
    by_child: dict[str, list[Row]] = {}
    for row in tables["episodes"]:
        by_child.setdefault(row["child"], []).append(row)
    for child, episodes in by_child.items():
        dob = births.get(child, "")
        tables["sw_episodes"] += [{"child": child, "dob": dob} | row for row in _social_workers(episodes, work)]
        if work.random.random() < 0.1:
            tables["dolo"] += [{"child": child, "dob": dob} | row for row in _liberty(episodes, work)]
    _mothers(tables["header"], work)
    _permanence(tables["prev_perm"], work)
    for row in work.some(tables["episodes"], 0.4):
        row["home_post"], row["pl_post"] = work.random.choice(POSTCODES), work.random.choice(POSTCODES)
    return tables


def _social_workers(episodes: list[Row], work: Workshop) -> Iterable[Row]:
    """Yield one to three consecutive social workers from the child's first day to the last."""
    starts = [day for row in episodes if (day := parse(row["decom"]))]
    ends = [parse(row["dec"]) for row in episodes]
    if not starts:
        return
    first, last = min(starts), None if None in ends else max(day for day in ends if day)
    span = ((last or work.year.end) - first).days
    cuts = sorted(work.random.sample(range(1, span), min(work.random.randint(0, 2), span - 1))) if span > 1 else []
    days = [first, *(first + timedelta(days=cut) for cut in cuts)]
    for number, day in enumerate(days):
        end = days[number + 1] if number + 1 < len(days) else last
        reasons = ["MANAGE", "ORGRED", "LEFTRL", "CHCHAN", "SAMAPP"] if number else ["FCONTA"]
        yield {
            "sw_id": f"SW{work.random.randint(1, 400)}",
            "sw_decom": written(day),
            "sw_dec": written(end) if end else "",
            "sw_reason": work.random.choice(reasons),
        }


def _liberty(episodes: list[Row], work: Workshop) -> Iterable[Row]:
    for row in work.random.sample(episodes, min(2, len(episodes))):
        start = parse(row["decom"])
        if start:
            day = start + timedelta(days=work.random.randint(-5, 60))
            end = day + timedelta(days=work.random.randint(-2, 120))
            yield {"dolo_start": written(day), "dolo_end": written(end) if work.random.random() < 0.8 else ""}


def _mothers(header: list[Row], work: Workshop) -> None:
    for row in work.some(header, 0.06):
        day = parse(row["dob"])
        if day:
            row["mother"] = work.random.choice(("1", "1", "1", "0", ""))
            row["mc_dob"] = written(day + timedelta(days=365 * work.random.randint(9, 18)))


def _permanence(rows: list[Row], work: Workshop) -> None:
    for row in work.some(rows, 0.2):
        day = parse(row["dob"]) or work.year.start
        on = day + timedelta(days=work.random.randint(-30, 5000))
        row["prev_perm"] = work.random.choice(work.codes["prev_perm"])
        row["la_perm"] = work.random.choice(("330", "332", "E08000027", "WAL", "SCO", "NUK", "999", ""))
        partial = (on.strftime("zz/%m/%Y"), on.strftime("zz/zz/%Y"))
        row["date_perm"] = work.random.choice((written(on), written(on), *partial, ""))


# --- the variations ---------------------------------------------------------------------------------------------


def unchanged(tables: Tables, work: Workshop) -> None:
    """Change nothing."""


def blanks(tables: Tables, work: Workshop) -> None:
    """Blank cells in every column, except in those that `no_dates` and `identities` blank."""
    for table, rows in tables.items():
        for column in COLUMNS[table]:
            if column not in ("child", "decom"):
                for row in work.some(rows, 0.02):
                    row[column] = ""


def dates(tables: Tables, work: Workshop) -> None:
    """Move dates, set them to the year's ends, or make them equal to another of the row."""
    for table, rows in tables.items():
        columns = [column for column in COLUMNS[table] if column in DATES and column not in BIRTHS]
        for column in columns:
            for row in work.some(rows, 0.08):
                row[column] = _another_day(row, column, columns, work)


def _another_day(row: Row, column: str, columns: list[str], work: Workshop) -> str:
    day, end = parse(row[column]) or work.year.start, work.year.end
    moves = (-400, -32, -18, -17, -7, -2, -1, 1, 2, 7, 17, 18, 32, 400)
    kind = work.random.random()
    if kind < 0.6:
        return written(day + timedelta(days=work.random.choice(moves)))
    if kind < 0.75:
        edges = (work.year.start, work.year.start - timedelta(days=1), end, end + timedelta(days=1))
        return written(work.random.choice(edges))
    return row[work.random.choice(columns)]


def no_dates(tables: Tables, work: Workshop) -> None:
    """Write texts that are no dates into every date column; remove the first day of some episodes.

    A variation of its own: one such cell is enough to make some thirty of the sector's rules raise an error.
    """
    for table, rows in tables.items():
        for column in COLUMNS[table]:
            if column in DATES:
                for row in work.some(rows, 0.01):
                    row[column] = work.random.choice(NO_DATES)
    for row in work.some(tables["episodes"], 0.01):
        row["decom"] = ""


def codes(tables: Tables, work: Workshop) -> None:
    """Swap codes for others of the set, and write a few that are no codes."""
    for table, rows in tables.items():
        for column in COLUMNS[table]:
            if column in work.codes:
                for row in work.some(rows, 0.08):
                    wrong = work.random.random() < 0.05
                    row[column] = NO_CODE if wrong else work.random.choice(work.codes[column])
    for row in work.some(tables["header"], 0.05):
        row["upn"] = work.random.choice(UNKNOWN_UPNS)
    for row in work.some(tables["episodes"], 0.05):
        row["urn"] = work.random.choice(("XXXXXXX", "12345", "SC12345", "ABC", ""))
    for row in work.some(tables["oc2"], 0.05):
        row["sdq_score"] = work.random.choice(("-1", "0", "40", "41", "twelve", "7.5", ""))


def rows(tables: Tables, work: Workshop) -> None:
    """Repeat rows, remove rows, give rows to another child, and make children known to one table only."""
    for table, found in tables.items():
        if table == "uasc":  # see `identities`
            continue
        again = [dict(row) for row in work.some(found, 0.02)]
        gone = {id(row) for row in work.some(found, 0.03)}
        found[:] = [row for row in found if id(row) not in gone] + again
        for row in work.some(found, 0.01):
            row["child"] = work.random.choice(tables["header"])["child"]
        for number, row in enumerate(work.some(found, 0.005)):
            row["child"] = f"{table}-{number}"
        work.random.shuffle(found)


def identities(tables: Tables, work: Workshop) -> None:
    """Remove the child from some rows, and repeat rows of asylum seekers.

    A variation of its own: the sector's validator takes all rows without a child for one child, and from the first
    such row, or the first repeated asylum seeker, gives the status of asylum seekers to the wrong children.
    """
    for found in tables.values():
        for row in work.some(found, 0.01):
            row["child"] = ""
    tables["uasc"] += [dict(row) for row in work.some(tables["uasc"], 0.1)]


def births(tables: Tables, work: Workshop) -> None:
    """Change children's ages: in every table for a third of them, in one table only for a few."""
    chosen = {row["child"]: _birth(work) for row in work.some(tables["header"], 0.33)}
    for rows_of_table in tables.values():
        for row in rows_of_table:
            if "dob" in row and row["child"] in chosen:
                row["dob"] = chosen[row["child"]]
        for row in work.some(rows_of_table, 0.02):
            if "dob" in row:
                row["dob"] = work.random.choice((_birth(work), _birth(work), ""))
    for row in work.some(tables["header"], 0.01):
        row["mc_dob"] = _birth(work)


def _birth(work: Workshop) -> str:
    end = work.year.end
    birthday = date(end.year - work.random.choice(AGES), end.month, end.day)
    return written(birthday + timedelta(days=work.random.choice((-200, -100, -1, 0, 1, 100, 200))))


def spelling(tables: Tables, work: Workshop) -> None:
    """Write codes in lower case and with blanks around them."""
    for table, found in tables.items():
        for column in COLUMNS[table]:
            if column in work.codes:
                for row in work.some(found, 0.02):
                    row[column] = work.random.choice((row[column].lower(), f" {row[column]}", f"{row[column]} "))


def chains(tables: Tables, work: Workshop) -> None:
    """Make episodes follow each other as they should, with one thing wrong in some of them."""
    by_child: dict[str, list[Row]] = {}
    for row in tables["episodes"]:
        if parse(row["decom"]):
            by_child.setdefault(row["child"], []).append(row)
    for episodes in by_child.values():
        episodes.sort(key=lambda row: parse(row["decom"]) or work.year.start)
        for number, row in enumerate(episodes):
            _chain(row, episodes[number - 1] if number else None, work)


def _chain(row: Row, before: Row | None, work: Workshop) -> None:
    if before is None:
        row["rne"] = "S"
        return
    before["dec"], before["rec"] = row["decom"], "X1"
    row["rne"] = work.random.choice("LPTBU")
    for column in KEPT.get(row["rne"], ("cin",)):
        if work.random.random() < 0.9:
            row[column] = before[column]
    if work.random.random() < 0.1:
        before["rec"] = work.random.choice(work.codes["rec"])
    if work.random.random() < 0.05:
        before["reason_place_change"] = ""


def rare(tables: Tables, work: Workshop) -> None:
    """Make rare cases: very early days, care leavers with episodes, days that coincide."""
    for row in work.some(tables["episodes"], 0.01):
        row["decom"] = work.random.choice(("13/10/1991", "14/10/1991", "30/11/2005", "01/12/2005"))
        row["ls"] = work.random.choice(("E1", "C2", "D1"))
    for row in work.some([row for row in tables["episodes"] if not row["dec"]], 0.1):
        row["ls"], row["rec"] = "D1", work.random.choice(("", "X1"))
    _care_leavers(tables, work)
    _falling_together(tables, work)


def _care_leavers(tables: Tables, work: Workshop) -> None:
    """Put care leavers into the tables of episodes and asylum seekers too, and give some no place to live."""
    for row in work.some(tables["oc3"], 0.5):
        row["activ"], row["accom"] = work.random.choice(("0", row["activ"])), work.random.choice(("0", "T"))
    in_care = sorted({row["child"] for row in tables["episodes"]})
    for row, child in zip(tables["oc3"], work.random.sample(in_care, len(in_care)), strict=False):
        row["child"] = child
        for other in tables["episodes"]:
            if other["child"] == child and other["rec"] != "X1":
                other["rec"] = work.random.choice(("E2", "E3", "E4A", "E11"))
    taken = {row["child"] for row in tables["uasc"]}
    free = [row for row in tables["oc3"] if row["child"] not in taken]
    for row, leaver in zip(work.some(tables["uasc"], 0.1), free, strict=False):
        row["child"] = leaver["child"]


def _falling_together(tables: Tables, work: Workshop) -> None:
    """Let episodes end on the day of a match, of a placement for adoption, or of coming of age while missing."""
    for table, column in (("ad1", "date_match"), ("placed_adoption", "date_placed")):
        for row, episode in zip(tables[table], work.some(tables["episodes"], 0.1), strict=False):
            row["child"], row[column] = episode["child"], episode["dec"] or episode["decom"]
            episode["rec"], episode["ls"] = (
                work.random.choice(("E11", "E12", "X1")),
                work.random.choice(("E1", "C2")),
            )
    ended = [row for row in tables["episodes"] if parse(row["dec"])]
    for row, episode in zip(tables["missing"], work.some(ended, 0.1), strict=False):
        row["child"], row["mis_end"] = episode["child"], episode["dec"]
        row["dob"] = _later(episode["dec"], -18)


def mixed(tables: Tables, work: Workshop) -> None:
    """Make all changes at once."""
    for change in (chains, codes, dates, births, rows, blanks):
        change(tables, work)


VARIATIONS: tuple[Callable[[Tables, Workshop], None], ...] = (
    *(unchanged, blanks, dates, no_dates, codes, rows, identities, births, spelling, chains, rare, mixed),
)
NAMES = tuple(change.__name__ for change in VARIATIONS)


# --- the year before --------------------------------------------------------------------------------------------


def year_before(tables: Tables, work: Workshop) -> Tables:
    """Return what the council would have sent a year earlier, with some of it other than in this year's return."""
    start = work.year.start
    last = {table: [dict(row) for row in rows_of_table] for table, rows_of_table in tables.items()}
    for table, begin, ends in (
        ("episodes", "decom", ("dec", "rec", "reason_place_change")),
        ("missing", "mis_start", ("mis_end",)),
        ("sw_episodes", "sw_decom", ("sw_dec",)),
        ("dolo", "dolo_start", ("dolo_end",)),
        ("placed_adoption", "date_placed", ("date_placed_ceased", "reason_placed_ceased")),
    ):
        last[table] = _until(last[table], begin, ends, start, work)
    gone = {row["child"] for row in work.some(last["header"], 0.15)}
    last = {table: [row for row in found if row["child"] not in gone] for table, found in last.items()}
    back = {row["child"] for row in work.some(last["header"], 0.15)}
    for table, found in last.items():
        for row in found:
            if row["child"] in back:
                row.update({c: _later(row[c], -1) for c in row if c in DATES - BIRTHS})
        _differently(table, found, work)
    return last


def _until(rows_of_table: list[Row], begin: str, ends: tuple[str, ...], start: date, work: Workshop) -> list[Row]:
    """Return the rows that began before this year, open if they have ended since, with a few exceptions."""
    kept = []
    for row in rows_of_table:
        began, ended = parse(row[begin]), parse(row[ends[0]])
        if began and began >= start and work.random.random() < 0.95:
            continue
        if (ended is None or ended >= start) and work.random.random() < 0.95:
            row.update(dict.fromkeys(ends, ""))
        kept.append(row)
    return kept


def _differently(table: str, found: list[Row], work: Workshop) -> None:
    for column in COLUMNS[table]:
        if column == "child":
            continue
        for row in work.some(found, 0.03):
            if column in work.codes:
                row[column] = work.random.choice(work.codes[column])
            elif column in DATES and (day := parse(row[column])):
                row[column] = written(day + timedelta(days=work.random.choice((-365, -30, -1, 1, 30))))
            else:
                row[column] = work.random.choice(("", work.random.choice(found)[column]))


# --- the command ------------------------------------------------------------------------------------------------


def write_variations(
    source: Path,
    out: Path,
    period: str,
    wanted: Collection[str] = NAMES,
    every: int = 1,
    codes_file: Path = CODES,
) -> list[Path]:
    """Write the wanted variations of a period, of every nth child; return their folders."""
    folders = []
    for change in (change for change in VARIATIONS if change.__name__ in wanted):
        work = Workshop(Year(period), read_codes(codes_file), Random(f"{SEED} {change.__name__} {period}"))  # noqa: S311
        tables = filled(moved_to(read_return(source, every), work.year), work)
        last = year_before(tables, work)
        change(tables, work)
        folder = out / change.__name__ / period
        write_return(tables, folder, period)
        write_return(last, folder / "last", period_before(period))
        folders.append(folder)
    return folders


def period_before(period: str) -> str:
    """Return the collection year before."""
    start = int(period[:4])
    return f"{start - 1}-{start % 100:02}"


def main() -> None:
    """Write the variations given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="a folder with the CSV files of one return")
    parser.add_argument("out", type=Path)
    parser.add_argument("--period", action="append", required=True)
    parser.add_argument("--codes", type=Path, default=CODES)
    given = parser.parse_args()
    for period in given.period:
        for folder in write_variations(given.source, given.out, period, codes_file=given.codes):
            print(folder)


if __name__ == "__main__":
    main()
