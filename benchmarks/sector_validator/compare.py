"""Set our checks of the SSDA903 return beside those of the sector's free validator, rule by rule, row by row.

Run `make bench-sector-validator`. Both run on the same files: a return as it is (SSDA903_RETURN, else the invented
one of CLUB_SHARED_DATA), a clean one, and variations of the first, for every year that it has rules for.
What differs is written to docs/sector-validator.md with its reason, which is data: `reasons.yaml`.
"""

import argparse
import csv
import os
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from rich.console import Console

from benchmarks.sector_validator.sides import AUTHORITY, LAST, Place, Side, our_warehouse, theirs
from benchmarks.sector_validator.variations import (
    LAYOUT,
    VARIATIONS,
    period_before,
    read_return,
    write_return,
    write_variations,
)
from ingestion.samples.members import members
from ingestion.samples.ssda903 import write_authority
from ingestion.samples.ssda903.days import Year
from ingestion.samples.ssda903.habits import Habit
from ingestion.settings import PROJECT_ROOT

PERIODS = ("2022-23", "2023-24", "2024-25", "2025-26", "2026-27")
REASONS = Path(__file__).with_name("reasons.yaml")
PAGE = PROJECT_ROOT / "docs" / "sector-validator.md"
AS_SENT, CLEAN = "as sent", "clean"


@dataclass(frozen=True)
class Case:
    """One return that both sides check."""

    name: str
    period: str
    folder: Path

    def children(self) -> dict[Place, str]:
        """The child that each row is about."""
        return {
            (table.name, number): row["child"]
            for table in LAYOUT.tables_of(self.period)
            for number, row in enumerate(_rows(self.folder / f"{table.name}.csv"), start=2)
        }


@dataclass
class Comparison:
    """One rule over all cases; rows counted once a case."""

    rule: str
    both: int = 0
    only_ours: int = 0
    only_theirs: int = 0
    children_only_ours: int = 0
    children_only_theirs: int = 0
    astray: int = 0
    cases: int = 0
    not_compared: Counter[str] = field(default_factory=Counter)
    apart: set[str] = field(
        default_factory=set
    )  # cases in which it differs for a reason that is not the rule's own

    def add(self, ours: frozenset[Place], theirs: frozenset[Place], children: dict[Place, str]) -> None:
        """Count one case in which both sides ran."""
        self.cases += 1
        self.both += len(ours & theirs)
        self.only_ours += len(ours - theirs)
        self.only_theirs += len(theirs - ours)
        named_by_ours, named_by_theirs = ({children[place] for place in side} for side in (ours, theirs))
        self.children_only_ours += len(named_by_ours - named_by_theirs)
        self.children_only_theirs += len(named_by_theirs - named_by_ours)

    @property
    def verdict(self) -> str:
        """Who finds more; of other rows of the same children, that."""
        if not self.cases:
            return "not compared"
        if not self.only_ours and not self.only_theirs:
            return "same" if self.both else "same: neither finds a row"
        if not self.children_only_ours and not self.children_only_theirs:
            return "same children, other rows"
        if not self.only_theirs:
            return "ours stricter"
        return "both differ" if self.only_ours else "theirs stricter"

    @property
    def to_explain(self) -> list[str]:
        """The sides that point at rows that the other does not."""
        return [side for side, more in (("ours", self.only_ours), ("theirs", self.only_theirs)) if more]


@dataclass(frozen=True)
class Reasons:
    """Why the sides differ."""

    rules: dict[str, dict[str, str]]  # by rule, then by the side that points at more: ours, theirs
    returns: dict[str, str]  # by case: what sets all rules apart there


def main() -> None:
    """Compare, write the page, and say what is not explained yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, nargs="?", help="a folder with the CSV files of one return")
    parser.add_argument("--period", action="append", choices=PERIODS)
    parser.add_argument(
        "--case", action="append", help="only this variation, such as mixed", choices=_case_names()
    )
    given = parser.parse_args()
    periods = tuple(given.period or PERIODS)
    with tempfile.TemporaryDirectory(prefix="club-sector-") as folder:
        work = Path(folder)
        wanted = given.case or _case_names()
        source = given.source or given_return(work / "source")
        cases = [case for case in _cases(source, work / "cases", periods) if case.name in wanted]
        reasons = read_reasons()
        comparisons = compare(cases, work, set(reasons.returns))
    PAGE.write_text(page(comparisons, reasons, cases), encoding="utf-8")
    _print(comparisons, reasons)


def given_return(folder: Path) -> Path:
    """The folder of the return to work on: the one named, the one full of errors, or an invented clean one."""
    shared = Path(os.environ.get("CLUB_SHARED_DATA", PROJECT_ROOT.parent / "shared" / "data")) / "ssda903" / "fake"
    named = os.environ.get("SSDA903_RETURN")
    if named or shared.is_dir():
        return Path(named or shared)
    return _write_clean(folder, "2024-25")


def _write_clean(folder: Path, period: str) -> Path:
    """An invented return without errors, as far as ours can tell, with that of the year before."""
    (member,) = (one for one in members() if one.code == AUTHORITY)
    year = Year(int(period[:4]))
    write_authority(folder, member, [Year(year.first - 1), year], habit=Habit())
    return (folder / period_before(period)).rename(folder / period / LAST).parent


def _case_names() -> list[str]:
    return [AS_SENT, CLEAN, *(change.__name__ for change in VARIATIONS)]


def _cases(source: Path, folder: Path, periods: tuple[str, ...]) -> Iterator[Case]:
    """The return itself, one file a table; a clean one; and the variations of the first."""
    for period in periods:
        as_sent = folder / AS_SENT / period
        write_return(read_return(source), as_sent, period)
        yield Case(AS_SENT, period, as_sent)
        yield Case(CLEAN, period, _write_clean(folder / CLEAN / period, period))
        for path in write_variations(source, folder, period):
            yield Case(path.parent.name, period, path)


def compare(cases: Iterable[Case], work: Path, set_apart: Collection[str] = ()) -> dict[str, Comparison]:
    """Run both sides on every case; one comparison a rule, by its code. Cases set apart are not counted by row."""
    found: dict[str, Comparison] = {}
    with our_warehouse(work) as ours:
        for case in cases:
            Console().print(f"{case.period} {case.name}", highlight=False)
            sides = ours(case.folder, case.period), theirs(case.folder, case.period)
            _add(found, case, *sides, is_apart=case.name in set_apart)
    return dict(sorted(found.items()))


def _add(found: dict[str, Comparison], case: Case, ours: Side, theirs: Side, is_apart: bool) -> None:
    children = case.children()
    for rule in {*ours.rows, *ours.not_run, *theirs.rows, *theirs.not_run}:
        comparison = found.setdefault(rule, Comparison(rule))
        comparison.astray += theirs.astray.get(rule, 0)
        if rule not in ours.rows or rule not in theirs.rows:
            comparison.not_compared[_why_not(rule, ours, theirs)] += 1
            continue
        this_year = frozenset(place for place in theirs.rows[rule] if not place[0].endswith("_last"))
        if not is_apart:
            comparison.add(ours.rows[rule], this_year, children)
        elif ours.rows[rule] != this_year:
            comparison.apart.add(case.name)


def _why_not(rule: str, ours: Side, theirs: Side) -> str:
    return "; ".join(
        side.not_run.get(rule, f"{name}: no such rule in that year")
        for name, side in (("ours", ours), ("theirs", theirs))
        if rule not in side.rows
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{column.lower(): cell for column, cell in row.items()} for row in csv.DictReader(file)]


def read_reasons() -> Reasons:
    """The reasons that are written down."""
    document = yaml.safe_load(REASONS.read_text(encoding="utf-8"))
    return Reasons(document["rules"], document["returns"])


def page(comparisons: dict[str, Comparison], reasons: Reasons, cases: list[Case]) -> str:
    """The page with the table."""
    periods, names = sorted({case.period for case in cases}), sorted({case.name for case in cases})
    verdicts = Counter(comparison.verdict for comparison in comparisons.values())
    rows = (_line(comparison, reasons) for comparison in comparisons.values())
    return "\n".join(
        [
            *("# Our SSDA903 checks beside the sector's free validator", ""),
            "Written by `make bench-sector-validator` (`benchmarks/sector_validator`); the reasons are its",
            "`reasons.yaml`. Both sides checked the same files: an invented return, a clean one, and returns made",
            f"from the first with errors of all kinds ({', '.join(names)}),",
            f"{len(cases)} in all, for {periods[0]} to {periods[-1]}.",
            "A row is a line of a file. Their rules run one by one, each on tables of its own, as they were meant",
            "to: in one run, their rule 365 closes every open episode for the rules after it. Where a rule cannot",
            "run on one side (a date that is none, a table that is not there), that return is left out for it.",
            '"Same children, other rows": both name the same children, but not by the same lines.',
            "",
            *(f"- {verdict}: {count} rules" for verdict, count in verdicts.most_common()),
            *(_apart(name, because, comparisons) for name, because in reasons.returns.items() if name in names),
            "",
            "| rule | result | rows both find | only ours | only theirs | because |",
            "|---|---|---:|---:|---:|---|",
            *rows,
            "",
        ]
    )


def _apart(name: str, because: str, comparisons: dict[str, Comparison]) -> str:
    count = sum(name in comparison.apart for comparison in comparisons.values())
    return f'- not counted below: the returns "{name}", where {count} rules differ because {because}'


def _line(comparison: Comparison, reasons: Reasons) -> str:
    counts = (f"{count:,}" for count in (comparison.both, comparison.only_ours, comparison.only_theirs))
    return f"| {comparison.rule} | {comparison.verdict} | {' | '.join(counts)} | {_because(comparison, reasons)} |"


def _because(comparison: Comparison, reasons: Reasons) -> str:
    known = reasons.rules.get(comparison.rule, {})
    told = [f"{side} because {known.get(side, '(not explained)')}" for side in comparison.to_explain]
    if not comparison.cases:
        told += [f"{side} because {because}" for side, because in known.items()]
        told += [f"{why} ({count} returns)" for why, count in comparison.not_compared.most_common()]
    if comparison.astray:
        told.append(f"theirs points at {comparison.astray:,} rows that are in no file")
    return "; ".join(told)


def _print(comparisons: dict[str, Comparison], reasons: Reasons) -> None:
    console = Console(width=110)
    console.print(f"{len(comparisons)} rules; the table is {PAGE.relative_to(PROJECT_ROOT)}")
    missing = [
        f"{rule} ({side})"
        for rule, one in comparisons.items()
        for side in one.to_explain
        if side not in reasons.rules.get(rule, {})
    ]
    if missing:
        console.print(f"without a reason: {', '.join(missing)}")


if __name__ == "__main__":
    main()
