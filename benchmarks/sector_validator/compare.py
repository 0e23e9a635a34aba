"""Set our checks of the SSDA903 return beside those of the sector's free validator, rule by rule, row by row.

Run `make bench-sector-validator`. Both run on the same files: a return as it is (SSDA903_RETURN, else the invented
one of CLUB_SHARED_DATA), a clean one, and variations of the first, for every year that both have rules for, and
look the same invented postcodes and providers up.
What differs is written to docs/sector-validator.md with its reason, which is data: `reasons.yaml`.
"""

import argparse
import csv
import os
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml
from rich.console import Console

from benchmarks.sector_validator.reference import write_reference
from benchmarks.sector_validator.sides import (
    AUTHORITY,
    LAST,
    Place,
    Side,
    our_warehouse,
    prepare_reference,
    theirs,
)
from benchmarks.sector_validator.variations import (
    LAYOUT,
    NAMES,
    period_before,
    read_return,
    write_return,
    write_variations,
)
from benchmarks.sector_validator.xml_form import IN_HEADER, PLACES, read_places, write_xml
from ingestion.settings import PROJECT_ROOT
from samples.members import members
from samples.ssda903 import write_authority
from samples.ssda903.days import Year
from samples.ssda903.habits import Habit

PERIODS = ("2022-23", "2023-24", "2024-25", "2025-26", "2026-27")
REASONS = Path(__file__).with_name("reasons.yaml")
PAGE = PROJECT_ROOT / "docs" / "sector-validator.md"
AS_SENT, CLEAN = "as sent", "clean"
#: One year has all the returns; the others those that find most, with every third child: most rules are the same
#: in every year.
THOROUGH_PERIOD = "2025-26"
ELSEWHERE, EVERY = (CLEAN, "births", "rare", "mixed"), 3
#: The returns of that year that are compared in the XML form too.
AS_XML = (CLEAN, "births", "rare", "mixed")
NEITHER = "neither"
SAME, NO_ROW, NOT_COMPARED = "same", "neither finds a row", "not compared"
DIFFERENT = ("ours stricter", "theirs stricter", "both differ", "same children, other rows")
VERDICTS = (SAME, NO_ROW, *DIFFERENT, NOT_COMPARED)


@dataclass(frozen=True)
class Case:
    """One return that both sides check, and the folder of the reference lists for both."""

    name: str
    period: str
    folder: Path
    reference: Path

    @property
    def is_xml(self) -> bool:
        """True if the return is one XML file."""
        return (self.folder / PLACES).exists()

    def children(self) -> dict[Place, str]:
        """Return the child that each row is about."""
        if self.is_xml:
            return {
                (row, line): child
                for table, line, child in read_places(self.folder)
                for row in (("header", *IN_HEADER) if table == "header" else (table,))
            }
        return {
            (table.name, number): row["child"]
            for table in LAYOUT.tables_of(self.period)
            for number, row in enumerate(_rows(self.folder / f"{table.name}.csv"), start=2)
        }


@dataclass
class Outcome:
    """One rule over all returns of a year; rows are counted once per return."""

    both: int = 0
    only_ours: int = 0
    only_theirs: int = 0
    children_only_ours: int = 0
    children_only_theirs: int = 0
    cases: int = 0
    not_compared: Counter[str] = field(default_factory=Counter)

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
        """The side that finds more, or that both find other rows of the same children."""
        if not self.cases:
            return NOT_COMPARED
        if not self.only_ours and not self.only_theirs:
            return SAME if self.both else NO_ROW
        if not self.children_only_ours and not self.children_only_theirs:
            return "same children, other rows"
        if not self.only_theirs:
            return "ours stricter"
        return "both differ" if self.only_ours else "theirs stricter"


@dataclass
class Comparison:
    """One rule over the years."""

    rule: str
    years: dict[str, Outcome] = field(default_factory=dict)
    #: The outcome for the returns in the XML form.
    xml: Outcome = field(default_factory=Outcome)
    astray: int = 0
    #: Cases in which the sides differ for a reason that is not the rule's own.
    apart: set[str] = field(default_factory=set)

    def year(self, period: str) -> Outcome:
        """Return the outcome of this year."""
        return self.years.setdefault(period, Outcome())

    @property
    def ran_in_files(self) -> bool:
        """True if both sides ran the rule on any return of files."""
        return any(year.cases for year in self.years.values())

    def periods(self, *verdicts: str) -> list[str]:
        """Return the years with one of these verdicts."""
        return sorted(period for period, outcome in self.years.items() if outcome.verdict in verdicts)

    @property
    def counts(self) -> tuple[int, int, int]:
        """The numbers of rows that both find, that only ours finds, that only theirs finds."""
        found = [(one.both, one.only_ours, one.only_theirs) for one in self.years.values()]
        both, ours, theirs = (sum(column) for column in zip(*found, strict=True))
        return both, ours, theirs

    @property
    def to_explain(self) -> list[str]:
        """The sides that point at rows that the other does not."""
        _, ours, theirs = self.counts
        return [side for side, more in (("ours", ours), ("theirs", theirs)) if more]


@dataclass(frozen=True)
class Reasons:
    """The reasons why the sides differ."""

    rules: dict[str, dict[str, str]]  # by rule, then by the side that points at more: ours, theirs; or neither
    returns: dict[str, str]  # by case: the reason why all rules differ there
    xml: dict[str, dict[str, str]] = field(default_factory=dict)  # as `rules`, what only the XML form causes


def main() -> None:
    """Compare, write the page, and list what is not explained yet."""
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
        source = given.source or given_return(work / "source")
        cases = [case for period in periods for case in _cases(source, work, period, given.case)]
        cases += [_as_xml(case, work) for case in cases if case.period == THOROUGH_PERIOD and case.name in AS_XML]
        reasons = read_reasons()
        comparisons = compare(cases, work, set(reasons.returns))
    PAGE.write_text(page(comparisons, reasons, cases), encoding="utf-8")
    _print(comparisons, reasons)


def given_return(folder: Path) -> Path:
    """Return the folder of the return to use: the one named, the one full of errors, or an invented clean one."""
    shared = Path(os.environ.get("CLUB_SHARED_DATA", PROJECT_ROOT.parent / "shared" / "data")) / "ssda903" / "fake"
    named = os.environ.get("SSDA903_RETURN")
    if named or shared.is_dir():
        return Path(named or shared)
    return _write_clean(folder, "2024-25")


def _write_clean(folder: Path, period: str) -> Path:
    """Write an invented return without errors, as far as ours can tell, with that of the year before."""
    (member,) = (one for one in members() if one.code == AUTHORITY)
    year = Year(int(period[:4]))
    write_authority(folder, member, [Year(year.first - 1), year], habit=Habit())
    return (folder / period_before(period)).rename(folder / period / LAST).parent


def _case_names() -> list[str]:
    return [AS_SENT, CLEAN, *NAMES]


def _cases(source: Path, work: Path, period: str, named: Collection[str] | None) -> Iterator[Case]:
    """Yield the return itself, one file per table; a clean one; and variations of the first."""
    wanted = named or (_case_names() if period == THOROUGH_PERIOD else ELSEWHERE)
    folder = work / "cases"
    reference = write_reference(source, work / "reference" / period, period)
    if AS_SENT in wanted:
        as_sent = folder / AS_SENT / period
        write_return(read_return(source), as_sent, period)
        yield Case(AS_SENT, period, as_sent, reference)
    if CLEAN in wanted:
        yield Case(CLEAN, period, _write_clean(folder / CLEAN / period, period), reference)
    every = 1 if period == THOROUGH_PERIOD else EVERY
    for path in write_variations(source, folder, period, wanted, every):
        yield Case(path.parent.name, period, path, reference)


def _as_xml(case: Case, work: Path) -> Case:
    """Write the same return in the XML form."""
    folder = write_xml(case.folder, work / "xml" / case.name / case.period, case.period)
    return replace(case, folder=folder)


def compare(cases: Iterable[Case], work: Path, set_apart: Collection[str] = ()) -> dict[str, Comparison]:
    """Run both sides on every case; return one comparison per rule. Cases set apart are not counted by row."""
    found: dict[str, Comparison] = {}
    prepared: set[Path] = set()
    with our_warehouse(work) as ours, ThreadPoolExecutor(max_workers=1) as beside:
        for case in cases:
            form = " as XML" if case.is_xml else ""
            Console().print(f"{case.period} {case.name}{form}", highlight=False)
            if case.reference not in prepared:
                prepare_reference(case.reference)
                prepared.add(case.reference)
            on_their_side = beside.submit(theirs, case.folder, case.period, case.reference)
            on_our_side = ours(case.folder, case.period, case.reference)
            _add(found, case, on_our_side, on_their_side.result(), is_apart=case.name in set_apart)
    return dict(sorted(found.items()))


def _add(found: dict[str, Comparison], case: Case, ours: Side, theirs: Side, *, is_apart: bool) -> None:
    children = case.children()
    for rule in {*ours.rows, *ours.not_run, *theirs.rows, *theirs.not_run}:
        comparison = found.setdefault(rule, Comparison(rule))
        comparison.astray += theirs.astray.get(rule, 0)
        year = comparison.xml if case.is_xml else comparison.year(case.period)
        if rule not in ours.rows or rule not in theirs.rows:
            year.not_compared[_why_not(rule, ours, theirs)] += 1
            continue
        this_year = frozenset(place for place in theirs.rows[rule] if not place[0].endswith("_last"))
        if not is_apart:
            year.add(ours.rows[rule], this_year, children)
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
    """Read the recorded reasons."""
    document = yaml.safe_load(REASONS.read_text(encoding="utf-8"))
    return Reasons(document["rules"], document["returns"], document["xml"])


def page(comparisons: dict[str, Comparison], reasons: Reasons, cases: list[Case]) -> str:
    """Return the page with the tables."""
    as_xml = [case.name for case in cases if case.is_xml]
    cases = [case for case in cases if not case.is_xml]
    names = {case.name for case in cases}
    periods = sorted({case.period for case in cases})
    rows = (_line(comparison, reasons, periods) for comparison in comparisons.values())
    return "\n".join(
        [
            *("# Our SSDA903 checks beside the sector's free validator", ""),
            "Written by `make bench-sector-validator` (`benchmarks/sector_validator`); the reasons are its",
            "`reasons.yaml`. Both sides checked the same files: an invented return, a clean one, and returns made",
            f"from the first with errors of all kinds, moved to each of the years: {len(cases)} in all.",
            *(f"- {period}: {_returns(period, cases)}" for period in periods),
            "",
            f"Those of a year other than {THOROUGH_PERIOD} hold one child in {EVERY}.",
            "",
            "Both looked the same invented lists up (`reference.py`): a postcode directory and providers that fit",
            "the return partly. Theirs brings a directory of its own, in whose place the invented one was put; it",
            "reads Ofsted's list as a workbook, and fails on one in which all URNs are numbers.",
            "",
            "A row is a line of a file. Their rules run one by one, each on tables of its own, as they were meant",
            "to: in one run, their rule 365 closes every open episode for the rules after it. Where a rule cannot",
            "run on one side (a date that is none, a table that is not there), that return is left out for it.",
            '"Same children, other rows": both name the same children, but not by the same lines.',
            "",
            f"Of {len(comparisons)} rules {_count_same(comparisons)} are the same in every year that both run in.",
            "",
            f"| rules in | {' | '.join(VERDICTS)} |",
            f"|---|{'---:|' * len(VERDICTS)}",
            *(_tally(period, comparisons) for period in periods),
            "",
            *(_apart(name, because, comparisons) for name, because in reasons.returns.items() if name in names),
            "",
            "The rows are those of all years together.",
            "",
            "| rule | the same in | not the same in | rows both find | only ours | only theirs | because |",
            "|---|---|---|---:|---:|---:|---|",
            *rows,
            "",
            *(_of_xml(comparisons, reasons, as_xml) if as_xml else ()),
        ]
    )


def _of_xml(comparisons: dict[str, Comparison], reasons: Reasons, names: list[str]) -> Iterator[str]:
    """Yield the part on the XML form: the number of equal rules, and a table of the others."""
    ran = {rule: one for rule, one in comparisons.items() if one.xml.cases}
    same = sum(one.xml.verdict in (SAME, NO_ROW) for one in ran.values())
    yield from (
        *("## The same returns as XML", ""),
        f"Of {THOROUGH_PERIOD} the returns {', '.join(sorted(names))} were written as one XML file each, as far",
        "as that form holds them, and checked once more. What one child in twelve says of its asylum status was",
        "replaced by a flag at random, right, wrong or blank. Theirs reads one such file and no other, so that",
        "there is no return of the year before; and it knows no element for social workers and deprivation of",
        "liberty. A flag in a CSV file it cannot read: it refuses a file with a column more than it expects.",
        "",
        f"Both ran {len(ran)} rules on them; {same} point at the same rows. The others, and those that no return",
        "of files could be compared for:",
        "",
        "| rule | | rows both find | only ours | only theirs | because |",
        "|---|---|---:|---:|---:|---|",
        *(_line_of_xml(one, reasons) for one in ran.values() if _is_told(one)),
        "",
    )


def _is_told(comparison: Comparison) -> bool:
    return comparison.xml.verdict in DIFFERENT or not comparison.ran_in_files


def _line_of_xml(comparison: Comparison, reasons: Reasons) -> str:
    found = comparison.xml
    known = reasons.rules.get(comparison.rule, {}) | reasons.xml.get(comparison.rule, {})
    sides = (("ours", found.only_ours), ("theirs", found.only_theirs))
    told = [f"{side} because {known.get(side, '(not explained)')}" for side, more in sides if more]
    counts = [f"{count:,}" for count in (found.both, found.only_ours, found.only_theirs)]
    return f"| {' | '.join([comparison.rule, found.verdict, *counts])} | {'; '.join(told)} |"


def _returns(period: str, cases: list[Case]) -> str:
    return ", ".join(sorted(case.name for case in cases if case.period == period))


def _count_same(comparisons: dict[str, Comparison]) -> int:
    return sum(bool(one.periods(SAME, NO_ROW)) and not one.periods(*DIFFERENT) for one in comparisons.values())


def _tally(period: str, comparisons: dict[str, Comparison]) -> str:
    verdicts = Counter(one.years[period].verdict for one in comparisons.values() if period in one.years)
    return f"| {period} | {' | '.join(str(verdicts[verdict]) for verdict in VERDICTS)} |"


def _apart(name: str, because: str, comparisons: dict[str, Comparison]) -> str:
    count = sum(name in comparison.apart for comparison in comparisons.values())
    return f'- not counted: the returns "{name}", where {count} rules differ because {because}'


def _line(comparison: Comparison, reasons: Reasons, periods: list[str]) -> str:
    same = [_spans(found, periods)] if (found := comparison.periods(SAME)) else []
    same += _by_verdict(comparison, (NO_ROW,), periods)
    differs = _by_verdict(comparison, DIFFERENT, periods)
    counts = [f"{count:,}" for count in comparison.counts]
    cells = [comparison.rule, "; ".join(same), "; ".join(differs), *counts]
    return f"| {' | '.join(cells)} | {_because(comparison, reasons, periods)} |"


def _by_verdict(comparison: Comparison, verdicts: tuple[str, ...], periods: list[str]) -> list[str]:
    found = ((verdict, comparison.periods(verdict)) for verdict in verdicts)
    return [f"{verdict}: {_spans(years, periods)}" for verdict, years in found if years]


def _spans(some: list[str], periods: list[str]) -> str:
    """Write these years in few words: consecutive ones as a range."""
    if some == periods and len(periods) > 1:
        return "every year"
    spans: list[list[str]] = []
    for period in some:
        if spans and period_before(period) == spans[-1][-1]:
            spans[-1].append(period)
        else:
            spans.append([period])
    return ", ".join(span[0] if len(span) == 1 else f"{span[0]} to {span[-1]}" for span in spans)


def _because(comparison: Comparison, reasons: Reasons, periods: list[str]) -> str:
    known = reasons.rules.get(comparison.rule, {})
    sides = comparison.to_explain if comparison.periods(SAME, NO_ROW, *DIFFERENT) else known
    told = [f"{side} because {known.get(side, '(not explained)')}" for side in sides if side != NEITHER]
    if NEITHER in known and not any(comparison.counts):
        told.append(f"{NEITHER} because {known[NEITHER]}")
    told += _not_compared(comparison, periods)
    if comparison.astray:
        told.append(f"theirs points at {comparison.astray:,} rows that are in no file")
    return "; ".join(told)


def _not_compared(comparison: Comparison, periods: list[str]) -> Iterator[str]:
    """Yield why a rule could not be compared in a whole year, and in which years."""
    by_reason: dict[str, list[str]] = {}
    for period in comparison.periods(NOT_COMPARED):
        for why in comparison.years[period].not_compared:
            by_reason.setdefault(why, []).append(period)
    for why, found in by_reason.items():
        yield f"not compared in {_spans(found, periods)}: {why}"


def _print(comparisons: dict[str, Comparison], reasons: Reasons) -> None:
    console = Console(width=110)
    console.print(f"{len(comparisons)} rules; the table is {PAGE.relative_to(PROJECT_ROOT)}")
    missing = [
        f"{rule} ({side})"
        for rule, one in comparisons.items()
        for side in one.to_explain
        if side not in reasons.rules.get(rule, {})
    ]
    missing += [rule for rule, one in comparisons.items() if "(not explained)" in _line_of_xml(one, reasons)]
    if missing:
        console.print(f"without a reason: {', '.join(missing)}")


if __name__ == "__main__":
    main()
