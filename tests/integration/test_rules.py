"""Every rule of PSS EX1 can fail, and fails at the right file, line and column; a clean return breaks none.

Each fault is put into a return of its own, and all are checked in one run.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from openpyxl.utils import get_column_letter

from ingestion.check.suite import load_suite
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from samples.form import form_of
from tests.conftest import empty_warehouse, run_road
from tests.support.returns import Cell, SampleReturn, as_csv, sample_return

Place = tuple[str | None, int | None, int | None]  # file, line, column
Made = tuple[SampleReturn, list[Place]]  # the faulty return, and where the rule must point

ACTIVITY, SPEND = "activity.csv", "spend.csv"
TEXT_CELLS = 300  # more than the 200 failing rows that Great Expectations keeps


def one_cell(file: str, find: Callable[[SampleReturn], Cell], text: str) -> Callable[[SampleReturn], Made]:
    """The cell is overwritten, and it is this cell the rule points at."""

    def make(sent: SampleReturn) -> Made:
        cell = find(sent)
        return sent.with_cell(file, cell, text), [(file, *cell)]

    return make


def item(item_code: str) -> Callable[[SampleReturn], Cell]:
    return lambda sent: sent.activity_cell(item_code)


def at(line: int, column: int) -> Callable[[SampleReturn], Cell]:
    return lambda _: (line, column)


def spend_not_sent(sent: SampleReturn) -> Made:
    return sent.without_file(SPEND), [(None, None, None)]


def memorandum_line_lost(sent: SampleReturn) -> Made:
    return sent.without_lines(SPEND, [sent.spend_line("Memorandum")]), [(SPEND, None, None)]


def memorandum_line_twice(sent: SampleReturn) -> Made:
    again = len(sent.rows(SPEND)) + 1
    return sent.with_line_repeated(SPEND, sent.spend_line("Memorandum")), [(SPEND, again, 1)]


def required_item_lost(sent: SampleReturn) -> Made:
    return sent.without_lines(ACTIVITY, [sent.activity_cell("days_schools_own")[0]]), [(ACTIVITY, None, None)]


def optional_items_lost(count: int) -> Callable[[SampleReturn], Made]:
    def make(sent: SampleReturn) -> Made:
        codes = [item.item_code for item in form_of(sent.period).items if item.item_code.startswith("clients_")]
        lines = [sent.activity_cell(code)[0] for code in codes[:count]]
        assert len(lines) == count
        return sent.without_lines(ACTIVITY, lines), [(ACTIVITY, None, None)] * count

    return make


def amount_moved(line_code: str, amount_code: str, amount: int) -> Callable[[SampleReturn], Made]:
    def make(sent: SampleReturn) -> Made:
        cell = sent.spend_cell(line_code, amount_code)
        return sent.with_amount_added(SPEND, cell, amount), [(SPEND, *cell)]

    return make


def in_pounds(sent: SampleReturn) -> Made:
    cell = sent.spend_cell(sent.line_code("day_care_older_people"), "own_provision")
    return sent.with_cell(SPEND, cell, sent.value(SPEND, cell) + "000"), [(SPEND, *cell)]


def a_week_of_foster_days(sent: SampleReturn) -> Made:
    cells = [sent.activity_cell(code) for code in ("days_foster_own", "days_foster_others")]
    week = {cell: str(int(sent.value(ACTIVITY, cell)) // 52) for cell in cells}
    line = sent.spend_line(sent.line_code("fostering"))
    return sent.with_cells(ACTIVITY, week), [(SPEND, line, None)]


def foster_days_grown(sent: SampleReturn) -> Made:
    cell = sent.activity_cell("days_foster_own")
    grown = str(round(int(sent.value(ACTIVITY, cell)) * 1.7))
    return sent.with_cell(ACTIVITY, cell, grown), [(ACTIVITY, *cell)]


def all_spending_times(factor: int) -> Callable[[SampleReturn], Made]:
    """Multiply every amount of the spending table."""

    def make(sent: SampleReturn) -> Made:
        lines = {line.code for line in form_of(sent.period).lines}
        changed = {}
        for number, row in enumerate(sent.rows(SPEND), start=1):
            for column, text in enumerate(row[2:] if row[0] in lines else [], start=3):
                if re.fullmatch(r"-?[\d.]+", text):
                    changed[number, column] = str(factor * float(text))
        return sent.with_cells(SPEND, changed), [(SPEND, None, None)]

    return make


def hours_of_the_week(share_of_year: float) -> Callable[[SampleReturn], Made]:
    """Give the hours of the year as a share of what the sample week makes of a year."""

    def make(sent: SampleReturn) -> Made:
        cell = sent.activity_cell("home_care_hours_year_own")
        week = float(sent.value(ACTIVITY, sent.activity_cell("hh1_hours_la")))
        return sent.with_cell(ACTIVITY, cell, str(share_of_year * 52 * week)), [(ACTIVITY, *cell)]

    return make


def a_thousandth_of_the_meals(sent: SampleReturn) -> Made:
    cells = [sent.activity_cell(code) for code in ("meals_per_week_own", "meals_per_week_independent")]
    few = {cell: str(float(sent.value(ACTIVITY, cell)) / 1000) for cell in cells}
    return sent.with_cells(ACTIVITY, few), [(SPEND, sent.spend_line(sent.line_code("meals_older_people")), None)]


def no_short_term_placements(sent: SampleReturn) -> Made:
    items = [f"days_short_term_{kind}_{side}" for kind in ("homes", "foster") for side in ("own", "others")]
    cells = [sent.activity_cell(code) for code in items]
    return sent.with_cells(ACTIVITY, dict.fromkeys(cells, "NA")), [(ACTIVITY, *cell) for cell in cells]


def both_files_of(other: str) -> Callable[[SampleReturn], Made]:
    def make(sent: SampleReturn) -> Made:
        files = sample_return(other, sent.period).files
        copied = SampleReturn(sent.authority, sent.period, files)
        return copied, [(name, None, None) for name in sorted(files)]

    return make


def text_in_many_cells(sent: SampleReturn) -> Made:
    lines = {line.code for line in form_of(sent.period).lines}
    filled = [
        (number, column)
        for number, row in enumerate(sent.rows(SPEND), start=1)
        if row[0] in lines
        for column in range(3, len(row) + 1)
        if row[column - 1]
    ][:TEXT_CELLS]
    return sent.with_cells(SPEND, dict.fromkeys(filled, "n/k")), [(SPEND, *cell) for cell in filled]


def one_more(item_code: str) -> Callable[[SampleReturn], Made]:
    def make(sent: SampleReturn) -> Made:
        cell = sent.activity_cell(item_code)
        return sent.with_amount_added(ACTIVITY, cell, 1), [(ACTIVITY, *cell)]

    return make


def item_renamed(item_code: str, old: str, new: str) -> Callable[[SampleReturn], Made]:
    def make(sent: SampleReturn) -> Made:
        line, column = sent.activity_cell(item_code)
        label = sent.value(ACTIVITY, (line, 1))
        assert old in label
        return sent.with_cell(ACTIVITY, (line, 1), label.replace(old, new)), [(ACTIVITY, line, column)]

    return make


def line_added(sent: SampleReturn) -> Made:
    rows = sent.rows(SPEND)
    added = ["BB9", "Adoption allowances", *["12"] * (len(rows[0]) - 2)]
    return sent.with_file(SPEND, as_csv([*rows, added])), [(SPEND, len(rows) + 1, 1)]


def figure_between_the_columns(sent: SampleReturn) -> Made:
    cell = sent.spend_line("BB1"), 15
    return sent.with_cell(SPEND, cell, "17"), [(SPEND, *cell)]


@dataclass(frozen=True)
class Case:
    """A rule, the return that is made faulty, and what else that fault cannot help breaking."""

    rule_code: str
    authority: str
    period: str
    make: Callable[[SampleReturn], Made]
    also: frozenset[str] = field(default=frozenset())

    @property
    def made(self) -> Made:
        return self.make(sample_return(self.authority, self.period))


def case(rule: str, authority: str, period: str, make: Callable[[SampleReturn], Made], *also: str) -> Case:
    return Case(f"pss_ex1.{rule}", authority, period, make, frozenset(f"pss_ex1.{code}" for code in also))


CASES = (
    case("table_missing", "birmingham", "2002-03", spend_not_sent),
    case("other_year", "shropshire", "2002-03", one_cell(ACTIVITY, at(1, 1), "PSS EX1 Return for 2001-02")),
    case("other_year", "shropshire", "2004-05", one_cell(SPEND, at(1, 1), "Expenditure, last year")),
    case("other_authority", "staffordshire", "2002-03", one_cell(ACTIVITY, at(10, 2), "Dudley")),
    case("other_authority", "staffordshire", "2004-05", one_cell(SPEND, at(10, 3), "Nobody knows")),
    case("same_file_as_other", "solihull", "2001-02", both_files_of("birmingham")),
    # Coventry is collected before Wolverhampton; only the neighbouring year tells who has sent the other's file.
    case("same_file_as_other", "coventry", "2001-02", both_files_of("wolverhampton"), "year_on_year"),
    case("lines_missing", "stoke-on-trent", "2004-05", memorandum_line_lost),
    case("line_twice", "warwickshire", "2004-05", memorandum_line_twice),
    case("items_missing", "worcestershire", "2002-03", required_item_lost),
    case("items_missing", "worcestershire", "2004-05", optional_items_lost(8)),
    case("formula_cell", "birmingham", "2004-05", one_cell(ACTIVITY, item("hh1_intensive_households"), "=B1+B2")),
    case("not_a_number", "solihull", "2004-05", one_cell(ACTIVITY, item("days_schools_own"), "about 40")),
    case("not_a_number", "dudley", "2004-05", text_in_many_cells, "column_formula", "line_total"),
    case("required_missing", "wolverhampton", "2004-05", one_cell(ACTIVITY, item("days_schools_own"), "..")),
    case("required_missing", "sandwell", "2004-05", one_cell(ACTIVITY, item("hh1_hours_la"), "")),
    case("blank_read_as_none", "coventry", "2004-05", one_cell(ACTIVITY, item("days_schools_own"), "")),
    case("blank_read_as_none", "coventry", "2005-06", no_short_term_placements),
    case("unit_cost_unlike_all_others", "telford-and-wrekin", "2005-06", a_thousandth_of_the_meals),
    # What every formula finds in every year is the business of test_formulas.
    case(
        "column_formula", "birmingham", "2006-07", amount_moved("C3", "gross_current_expenditure", 1), "line_total"
    ),
    case("line_total", "shropshire", "2006-07", amount_moved("M1", "net_total_cost", 1)),
    case("item_total", "shropshire", "2005-06", one_more("clients_direct_payments_all_ages")),
    case("unknown_item", "birmingham", "2003-04", item_renamed("clients_meals_all_ages", "meals", "meal service")),
    case("unknown_line", "shropshire", "2003-04", line_added),
    case("stray_number", "stoke-on-trent", "2000-01", figure_between_the_columns),
    case(
        "factor_1000", "solihull", "2007-08", in_pounds, "column_formula", "line_total",
        "unit_cost_unlike_all_others",
    ),
    case("unit_cost_out_of_range", "staffordshire", "2006-07", a_week_of_foster_days),
    case("hours_of_a_week", "sandwell", "2005-06", hours_of_the_week(1 / 52), "unit_cost_unlike_all_others"),
    case("hours_of_a_week", "walsall", "2005-06", hours_of_the_week(52), "unit_cost_unlike_all_others"),
    case("spending_all_zero", "herefordshire", "2003-04", all_spending_times(0)),
    case(
        "spending_below_zero", "worcestershire", "2003-04", all_spending_times(-1), "unit_cost_out_of_range",
        "year_on_year",
    ),
    case("year_on_year", "wolverhampton", "2007-08", foster_days_grown),
    case("encoding_traces", "stoke-on-trent", "2006-07", one_cell(ACTIVITY, at(3, 5), "Â£")),
)  # fmt: skip

# Near misses, and what the years of the cases are compared with.
CLEAN = {
    "a return as it should be": sample_return("warwickshire", "2006-07"),
    "the year before a line in pounds": sample_return("solihull", "2006-07"),
    "the year before a jump": sample_return("wolverhampton", "2006-07"),
    "a council that has sent its file to another": sample_return("birmingham", "2001-02"),
    "a council whose file was taken": sample_return("wolverhampton", "2001-02"),
    "and the year before": sample_return("wolverhampton", "2000-01"),
    "the year before another's file": sample_return("coventry", "2000-01"),
    "40 % dearer than the year before": sample_return("dudley", "2007-08"),
    "the year before 40 % more": sample_return("dudley", "2006-07"),
    "a fifth of the hours that the week makes of a year": hours_of_the_week(0.2)(
        sample_return("dudley", "2005-06")
    )[0],
    "seven optional items lost": optional_items_lost(7)(sample_return("walsall", "2004-05"))[0],
    "a number with thousands separators and blanks": one_cell(ACTIVITY, item("hh1_hours_la"), " 4,321.50 ")(
        sample_return("telford-and-wrekin", "2004-05")
    )[0],
    "a form without the council's name": sample_return("herefordshire", "2004-05").with_cell(
        ACTIVITY, (10, 2), "You have not selected an authority"
    ),
    "a council under another of its names": sample_return("stoke-on-trent", "2002-03").with_cell(
        ACTIVITY, (10, 2), "STOKE-ON-TRENT  UA"
    ),
}


IN_POUNDS = [sample_return("herefordshire", period) for period in ("2006-07", "2007-08")]


@dataclass(frozen=True)
class Finding:
    """One finding with its place."""

    rule_code: str
    place: Place
    column_name: str | None
    value: str | None
    message: str
    severity: str
    dimension: str
    needs_sign_off: bool
    table_name: str | None


Findings = dict[tuple[str, str], list[Finding]]


@dataclass(frozen=True)
class Run:
    """What one check of all cases has found."""

    findings: Findings
    states: dict[tuple[str, str], str]
    results: dict[str, tuple[str, int]]


@pytest.fixture(scope="module")
def run(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    landing = str(tmp_path_factory.mktemp("landing"))
    settings = empty_warehouse(
        Settings(home=prepared_home, landing_zone=landing, warehouse_url=None, settle_seconds=0)
    )
    for sent in [*(case.made[0] for case in CASES), *CLEAN.values(), *IN_POUNDS]:
        assert not (Path(landing) / sent.authority / "pss_ex1" / sent.period).exists(), "one fault, one return"
        sent.deliver(settings)
    run_road(settings)
    return read_run(settings)


def read_run(settings: Settings) -> Run:
    findings: Findings = {}
    with connect(settings, Role.LOADER) as connection:
        for sender, period, rule_code, *rest in connection.execute(
            """
            select sender, period_code, rule_code, file_name, line_number, column_number, column_name, value,
                message, severity, dimension, needs_sign_off, finding.table_name
            from ledger.finding
            inner join ledger.submission using (submission_id)
            left join ledger.submission_file using (file_id)
            order by finding_id
            """
        ).fetchall():
            findings.setdefault((sender, period), []).append(Finding(rule_code, tuple(rest[:3]), *rest[3:]))
        states = connection.execute("select sender, period_code, state from ledger.submission").fetchall()
        results = connection.execute("select rule_code, outcome, failing_rows from ledger.rule_result").fetchall()
    return Run(
        findings,
        {(sender, period): state for sender, period, state in states},
        {rule_code: (outcome, rows) for rule_code, outcome, rows in results},
    )


RULES = {rule.code: rule for rule in load_suite("pss_ex1").rules}
each_case = pytest.mark.parametrize(
    "case", CASES, ids=[f"{case.rule_code.removeprefix('pss_ex1.')} {case.authority}" for case in CASES]
)


def test_there_is_a_case_for_every_rule():
    assert {case.rule_code for case in CASES} == set(RULES)


@each_case
def test_a_rule_fails_at_the_place_of_the_fault_and_nowhere_else(run: Run, case: Case):
    found = run.findings[case.authority, case.period]
    places = [finding.place for finding in found if finding.rule_code == case.rule_code]
    assert sorted(places, key=str) == sorted(case.made[1], key=str)


@each_case
def test_no_other_rule_fails_with_it(run: Run, case: Case):
    found = {finding.rule_code for finding in run.findings[case.authority, case.period]}
    assert found == {case.rule_code} | case.also


@each_case
def test_a_finding_holds_what_stands_there_in_the_words_of_its_rule(run: Run, case: Case):
    sent, _ = case.made
    rule = RULES[case.rule_code]
    for finding in run.findings[case.authority, case.period]:
        if finding.rule_code != case.rule_code:
            continue
        file, line, column = finding.place
        assert (finding.severity, finding.dimension) == (rule.severity.value, rule.dimension)
        assert finding.needs_sign_off == rule.needs_sign_off
        assert finding.table_name == (file.removesuffix(".csv") if file else None)
        assert finding.column_name == (get_column_letter(column) if column else None)
        if line and column:
            assert (finding.value or "") == sent.value(file, (line, column))
        assert file is None or finding.message.startswith(file)
        assert line is None or f"line {line}" in finding.message
        assert finding.message.endswith(".") and "{" not in finding.message


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_return_breaks_no_rule(run: Run, name: str):
    sent = CLEAN[name]
    assert run.findings.get((sent.authority, sent.period), []) == []
    assert run.states[sent.authority, sent.period] == "accepted"


@each_case
def test_the_gravest_rule_that_failed_decides(run: Run, case: Case):
    rules = [RULES[code] for code in {case.rule_code} | case.also]
    if any(rule.severity == "critical" for rule in rules):
        expected = "rejected"
    elif any(rule.needs_sign_off for rule in rules):
        expected = "awaiting_sign_off"
    else:
        expected = "accepted_with_warnings" if any(rule.severity == "warning" for rule in rules) else "accepted"
    assert run.states[case.authority, case.period] == expected


def test_a_line_in_pounds_is_found_in_the_year_it_stands_in_and_not_in_the_next(run: Run):
    """The sample's own defect: Herefordshire 2006-07, delivered together with a sound 2007-08."""
    wrong = [code for code in run.findings["herefordshire", "2006-07"] if code.rule_code == "pss_ex1.factor_1000"]
    assert {finding.column_name for finding in wrong} == {"C", "F"}
    assert run.states["herefordshire", "2006-07"] == "awaiting_sign_off"
    assert run.states["herefordshire", "2007-08"] == "accepted"


def test_every_failing_row_is_kept_and_counted(run: Run):
    kept = [finding for found in run.findings.values() for finding in found]
    assert sum(finding.rule_code == "pss_ex1.not_a_number" for finding in kept) == TEXT_CELLS + 1
    for code in RULES:
        count = sum(finding.rule_code == code for finding in kept)
        assert run.results[code] == ("failed", count)


def messages(run: Run, authority: str, period: str, rule: str) -> list[str]:
    return [found.message for found in run.findings[authority, period] if found.rule_code == f"pss_ex1.{rule}"]


def test_an_unknown_item_is_told_its_nearest_known_label_and_the_row_that_would_make_it_known(run: Run):
    (said,) = messages(run, "birmingham", "2003-04", "unknown_item")
    label = "table p2s pages 1 + 3 + 5 line 11 col 4 (all ages {})"
    assert f"nearest known: {label.format('meals')}" in said
    assert f"2003-04,{label.format('meal service')},1,clients_meals_all_ages,people,false in" in said
    assert "dbt_project/seeds/pss_ex1/pss_ex1_items.csv" in said


def test_a_total_says_its_column_its_formula_and_by_how_much_it_is_out(run: Run):
    (said,) = messages(run, "shropshire", "2006-07", "line_total")
    assert "line M1" in said and "column R (net total cost)" in said
    assert "the total of I3 + J1 + K1 - L1" in said and "1 too large" in said
