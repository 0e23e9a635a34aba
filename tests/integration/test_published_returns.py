"""Publishers' tables: every rule can fail, a new dataset needs a layout only, and no release is overwritten.

Each fault is put into a release of its own; a dataset that the product does not know is laid out in a file beside
the others. All are collected, checked and decided once, and the marts are built with all tests of dbt.
"""

import csv
import io
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from ingestion.check.suite import load_suite
from ingestion.collect.published_layouts import keep_layouts
from ingestion.model.build import build_marts
from ingestion.returns import catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from samples import write_samples
from tests.conftest import empty_warehouse, run_road
from tests.support.returns import as_csv

Rows = list[list[str]]
Fault = Callable[[Rows], list[int]]  # changes the rows; gives the lines that the rule must point at

STABILITY, NUMBERS, OUTTURN = "la_cla_placement_stability", "cla_number_and_rate_per_10k_children", "s251_outturn"
POPULATION = "ons_mid_year_population_estimates"
DEFLATORS = "gdp_deflators"
NEIGHBOURS = "sn_model/2025/sn_model_wide.csv"
RULES = {rule.code: rule for rule in load_suite("published").rules}
# A council that stands twice is a case of test_poisoned_deliveries, beside another publisher's releases; sheets
# made for readers have their cases in test_publishers_sheets.
ELSEWHERE = {
    "council_twice", "release_is_no_year", "unknown_council", "unknown_figure", "figure_twice", "stated_ratio",
    "stated_out_of_line", "figure_repeated", "council_missing", "sum_of_councils",
}  # fmt: skip

# A dataset that nobody has heard of: headings, words, levels and symbols of its own.
INVENTED = """
code: fostering_vacancies
title: Vacancies in foster homes (invented)
publisher: ofsted
shape: records
raw_table: published_records
tables:
  - name: fostering_vacancies
    columns: [Year, Area, Area type, Kind of home, Homes, Share empty]
    figures:
      symbols: {"~": fewer than three homes}
      place: {name: Area, level: Area type, levels: {Council: local_authority, Nation: national}}
      period: {column: Year, bare_year: financial_year_ending}
      dimensions: [Kind of home]
      values:
        - {column: Homes, kind: count}
        - {column: Share empty, kind: percent}
      series:
        - where: {Kind of home: [mainstream, main-stream]}
          measures: {Homes: foster_homes, Share empty: foster_homes_empty}
"""
INVENTED_ROWS = [
    ["Area type", "Area", "Year", "Kind of home", "Share empty", "Homes"],
    ["Council", "Stoke on Trent", "2023", "Mainstream", "12.5", "1,040"],
    ["Council", "Walsall", "2023", "main-stream", "~", "~"],
    ["Nation", "England", "2023", "Mainstream", "9", "45000"],
]


def line_of(rows: Rows, **cells: str) -> int:
    """The first line with these cells; headings may have blanks for underscores."""
    header = rows[0]
    places = {header.index(heading): text for heading, text in cells.items()}
    return next(
        number
        for number, row in enumerate(rows, start=1)
        if number > 1 and all(row[place] == text for place, text in places.items())
    )


def change(where: dict[str, str], **to: str) -> Fault:
    def make(rows: Rows) -> list[int]:
        line = line_of(rows, **where)
        for heading, text in to.items():
            rows[line - 1][rows[0].index(heading)] = text
        return [line]

    return make


WALSALL = {
    "la_name": "Walsall", "time_period": "2025", "cla_group": "CLA on 31 March",
    "placement_stability": "With 3 or more placements during the year",
}  # fmt: skip
WALSALL_STARTING = {
    "la_name": "Walsall", "time_period": "2025",
    "population_type": "Children starting to be looked after each year",
}  # fmt: skip


def row_twice(rows: Rows) -> list[int]:
    rows.append(list(rows[line_of(rows, **WALSALL) - 1]))
    return [len(rows)]


def column_more(rows: Rows) -> list[int]:
    rows[:] = [[*row, "a note" if number == 0 else ""] for number, row in enumerate(rows)]
    return [1]


def other_words(rows: Rows) -> list[int]:
    place = rows[0].index("cla_group")
    for row in rows[1:]:
        row[place] = f"All {row[place]}"
    return [0]


def no_records(rows: Rows) -> list[int]:
    del rows[1:]
    return [0]


def own_provision_moved(rows: Rows) -> list[int]:
    label = next(row[3] for row in rows if "Social work" in row[3])
    line = line_of(rows, LA="335", CYPServiceDescription=label)
    rows[line - 1][5] = str(int(rows[line - 1][5]) + 100)
    return [line]


def line_moved_in_every_column(rows: Rows) -> list[int]:
    residential = next(row[3] for row in rows if "Residential care" in row[3])
    total = next(row[3] for row in rows if "Total Children Looked After" in row[3])
    line = line_of(rows, LA="335", CYPServiceDescription=residential)
    for heading in ("OwnProvision", "TotalExpenditure", "NetCurrentExpenditure", "LEANetRevenueExpenditure"):
        place = rows[0].index(heading)
        rows[line - 1][place] = str(int(rows[line - 1][place]) + 100)
    return [line_of(rows, LA="335", CYPServiceDescription=total)] * 4


def series_more(rows: Rows) -> list[int]:
    rows.append(["Unheard", "", "2024", "Dudley", "5", "332.0", "West Midlands"])
    return [len(rows)]


def unknown_numbers(rows: Rows) -> list[int]:
    place = rows[0].index("old_la_code")
    for number, row in enumerate(rows[1:]):
        row[place] = str(100 + number)
    return [0]


def as_it_is(rows: Rows) -> list[int]:
    return [0]


def no_children_in_walsall(rows: Rows) -> list[int]:
    name, people = rows[0].index("la_name"), rows[0].index("population_estimate")
    lines = [number for number, row in enumerate(rows, start=1) if row[name] == "Walsall"]
    for line in lines:
        rows[line - 1][people] = "0"
    return lines


def years_that_cannot_be_read(rows: Rows) -> list[int]:
    gone_by, to_come = (
        next(number for number, row in enumerate(rows) if row[1].startswith(year))
        for year in ("2010-11", "2026-27")
    )
    rows[gone_by][2], rows[to_come][3] = "-1", "?"
    return [gone_by + 1, to_come + 1]


def no_years(rows: Rows) -> list[int]:
    rows[:] = [row for row in rows if not row[1][:2].isdigit()]
    return [0]


@dataclass(frozen=True)
class Case:
    """A rule, the sample that is made faulty, and what else the fault cannot help breaking."""

    rule: str
    dataset: str
    sample: str
    release: str
    fault: Fault
    also: frozenset[str] = field(default=frozenset())
    file_name: str = "table.csv"
    publisher: str = "dfe"


def stability(rule: str, release: str, fault: Fault, *also: str) -> Case:
    return Case(rule, STABILITY, f"{STABILITY}/2025/{STABILITY}.csv", release, fault, frozenset(also))


def numbers(rule: str, release: str, fault: Fault, *also: str) -> Case:
    also_outside = frozenset({*also, "authorities_outside"})
    return Case(rule, NUMBERS, f"{NUMBERS}/2025/{NUMBERS}.csv", release, fault, also_outside)


def deflators(rule: str, release: str, fault: Fault) -> Case:
    return Case(rule, DEFLATORS, f"{DEFLATORS}/2025-12/{DEFLATORS}.csv", release, fault, publisher="hm_treasury")


def outturn(rule: str, release: str, fault: Fault) -> Case:
    return Case(rule, OUTTURN, f"{OUTTURN}/2013-14/outturn.csv", release, fault)


CASES = (
    stability("unreadable_value", "1901", change(WALSALL, children_count="n/k")),
    stability("unreadable_year", "1902", change(WALSALL, time_period="soon")),
    numbers("unknown_level", "1901", change(WALSALL_STARTING, geographic_level="Ward")),
    stability("unknown_row", "1904", change(WALSALL, placement_stability="With a dog")),
    stability("unknown_authority", "1905", change(WALSALL, la_name="Walsal")),
    stability("unknown_authority", "1906", change(WALSALL, la_name="Walsal", new_la_code="", old_la_code="")),
    stability("name_and_code_differ", "1907", change(WALSALL, new_la_code="E08000027")),
    numbers("authorities_outside", "1902", lambda rows: [line_of(rows, la_name="Cardiff")]),
    stability("row_twice", "1908", row_twice),
    stability("percent_out_of_range", "1909", change(WALSALL, children_percent="104"), "ratio"),
    numbers("negative_count", "1903", change(WALSALL_STARTING, children_count="-5", rate_per_10000="c")),
    stability("ratio", "1910", change(WALSALL, children_percent="55")),
    numbers("ratio", "1904", change(WALSALL_STARTING, rate_per_10000="3")),
    outturn("column_sum", "2013-14 b", own_provision_moved),
    outturn("row_sum", "2013-14 c", line_moved_in_every_column),
    stability("unread_column", "1911", column_more),
    stability("no_figures", "1912", other_words, "unknown_row"),
    stability("no_figures", "1913", no_records),
    Case(
        "unreadable_neighbour", "sn_model", NEIGHBOURS, "1901", change({"la_name": "Dudley"}, SN_2="99999999999")
    ),
    Case("nobody_known", "sn_model", NEIGHBOURS, "1902", unknown_numbers),
    Case("dictionary_missing", "lait", "lait/2025/lait.csv", "1902", as_it_is),
    Case(
        "nobody_counted",
        POPULATION,
        f"{POPULATION}/2024/{POPULATION}.csv",
        "1901",
        no_children_in_walsall,
        frozenset({"authorities_outside"}),
    ),
    Case("series_without_description", "lait", "lait/2025/lait.csv", "1901", series_more),
    deflators("unreadable_deflator", "1901", years_that_cannot_be_read),
    deflators("no_deflator", "1902", no_years),
)


@dataclass(frozen=True)
class Finding:
    """One finding with its place."""

    rule: str
    severity: str
    file_name: str | None
    line: int | None
    message: str


@dataclass
class Run:
    """What the one run of all of them has found."""

    settings: Settings
    findings: dict[tuple[str, str], list[Finding]]
    states: dict[tuple[str, str], str]
    lines: dict[Case, list[int]]


def table(content: bytes) -> Rows:
    return list(csv.reader(io.StringIO(content.decode("windows-1252"), newline="")))


@pytest.fixture(scope="module")
def run(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    landing = tmp_path_factory.mktemp("published") / "landing"
    write_samples(landing, periods=())
    root = landing / "_published"
    lines = {case: make(root / case.publisher, case) for case in CASES}
    shutil.copy(root / "dfe/lait/2025/lait_data_dictionary.csv", root / "dfe/lait/1901")
    put(root / "ofsted" / "fostering_vacancies" / "summer", INVENTED_ROWS)
    put(root / "dfe" / STABILITY / "1914", [["time_period", "geographic_level"], ["2025", "National"]])
    settings = empty_warehouse(
        Settings(home=prepared_home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    )
    with known_dataset(tmp_path_factory.mktemp("layouts")):
        for layout in catalogue.published_returns():
            run_road(settings, layout.code)
        build_marts(settings)
        yield read_run(settings, lines)
    with connect(settings, Role.LOADER) as connection:
        connection.execute("delete from raw.published_layouts where return_code = 'fostering_vacancies'")


def make(root: Path, case: Case) -> list[int]:
    rows = table((root / case.sample).read_bytes())
    lines = case.fault(rows)
    put(root / case.dataset / case.release, rows)
    return lines


def put(folder: Path, rows: Rows) -> None:
    folder.mkdir(parents=True)
    (folder / "table.csv").write_bytes(as_csv(rows))


class known_dataset:  # noqa: N801 -- it is used as a function is
    """The layouts of the product and one more, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.patch = pytest.MonkeyPatch()
        shutil.copytree(catalogue.PUBLISHED, folder, dirs_exist_ok=True)
        (folder / "fostering_vacancies.yaml").write_text(INVENTED)
        self.folder = folder

    def __enter__(self) -> None:
        self.patch.setattr(catalogue, "PUBLISHED", self.folder)
        self.forget()

    def __exit__(self, *_: object) -> None:
        self.patch.undo()
        self.forget()

    def forget(self) -> None:
        catalogue.catalogue.cache_clear()
        load_suite.cache_clear()


def read_run(settings: Settings, lines: dict[Case, list[int]]) -> Run:
    findings = defaultdict(list)
    with connect(settings, Role.LOADER) as connection:
        for code, period, rule, *rest in connection.execute(
            """
            select return_code, period_code, rule_code, severity, file_name, line_number, message
            from ledger.finding
            inner join ledger.submission using (submission_id)
            left join ledger.submission_file using (file_id)
            """
        ).fetchall():
            findings[code, period].append(Finding(rule.removeprefix("published."), *rest))
        rows = connection.execute("select return_code, period_code, state from ledger.submission").fetchall()
    return Run(settings, findings, {(code, period): state for code, period, state in rows}, lines)


@pytest.fixture(scope="module")
def marts(run: Run) -> Iterator[psycopg.Connection]:
    with connect(run.settings, Role.ANALYST, autocommit=True) as connection:
        yield connection


each_case = pytest.mark.parametrize("case", CASES, ids=[f"{case.rule} {case.release}" for case in CASES])


# The rules


def test_there_is_a_case_for_every_rule() -> None:
    assert {f"published.{case.rule}" for case in CASES} == set(RULES) - {f"published.{rule}" for rule in ELSEWHERE}


@each_case
def test_a_rule_fails_at_the_line_of_the_fault_and_nowhere_else(run: Run, case: Case) -> None:
    found = [finding for finding in run.findings[case.dataset, case.release] if finding.rule == case.rule]
    assert sorted(finding.line or 0 for finding in found) == sorted(run.lines[case])
    for finding in found:
        assert finding.file_name == "table.csv"
        assert finding.message.startswith("table.csv")
        assert "{" not in finding.message and finding.message.endswith(".")


@each_case
def test_no_other_rule_fails_with_it(run: Run, case: Case) -> None:
    found = {finding.rule for finding in run.findings[case.dataset, case.release]}
    assert found == {case.rule} | case.also


@each_case
def test_no_figure_at_all_is_rejected_and_a_file_about_nobody_awaits_sign_off(run: Run, case: Case) -> None:
    severities = {finding.severity for finding in run.findings[case.dataset, case.release]}
    state = run.states[case.dataset, case.release]
    if case.rule in ("no_figures", "no_deflator"):
        assert state == "rejected"
    elif case.rule == "nobody_known":
        assert state == "awaiting_sign_off"
    else:
        assert state == ("accepted_with_warnings" if "warning" in severities else "accepted")


def test_the_nearest_authority_is_named(run: Run) -> None:
    for release, consequence in (("1905", "taken as that authority"), ("1906", "counted for no authority")):
        (finding,) = run.findings[STABILITY, release]
        assert "'Walsal' is not a name the club knows" in finding.message
        assert "the nearest is 'walsall'" in finding.message
        assert consequence in finding.message


def test_a_missing_column_is_refused_by_name(run: Run) -> None:
    (finding,) = run.findings[STABILITY, "1914"]
    assert finding.rule == "intake.missing_columns"
    assert "country_name, region_name" in finding.message
    assert run.states[STABILITY, "1914"] == "rejected"


def test_the_samples_break_no_rule(run: Run) -> None:
    clean = {
        ("lait", "2025"),
        (STABILITY, "2025"),
        (OUTTURN, "2010-11"),
        (OUTTURN, "2013-14"),
        ("sn_model", "2025"),
        ("ascof", "2023-24"),
        (DEFLATORS, "2025-12"),
    }
    for key in clean:
        assert run.findings.get(key, []) == []
        assert run.states[key] == "accepted"
    with_cardiff = {(NUMBERS, "2024"), (NUMBERS, "2025"), ("ons_mid_year_population_estimates", "2024")}
    for key in with_cardiff | {("la_cla_during_year_new_placements", "2025")}:
        assert [finding.rule for finding in run.findings[key]] == ["authorities_outside"]
        assert run.states[key] == "accepted"


# A dataset that needed a layout and nothing else


def test_a_new_dataset_needs_its_layout_only(run: Run, marts: psycopg.Connection) -> None:
    rows = marts.execute(
        "select measure_code, geography, place_code, authority_code, period_code, release, value, symbol,"
        " missing_reason from marts.fct_published_figure where return_code = 'fostering_vacancies'"
        " order by measure_code, place_code"
    ).fetchall()
    few = "fewer than three homes"
    stoke = ("local_authority", "stoke-on-trent", "stoke-on-trent", "2022-23", "summer")
    england = ("national", "england", None, "2022-23", "summer")
    walsall = ("local_authority", "walsall", "walsall", "2022-23", "summer")
    assert rows == [
        ("foster_homes", *england, 45000, None, None),
        ("foster_homes", *stoke, 1040, None, None),
        ("foster_homes", *walsall, None, "~", few),
        ("foster_homes_empty", *england, 9, None, None),
        ("foster_homes_empty", *stoke, 12.5, None, None),
        ("foster_homes_empty", *walsall, None, "~", few),
    ]
    assert run.findings.get(("fostering_vacancies", "summer"), []) == []


def test_a_layout_is_written_again_only_when_it_has_changed(run: Run) -> None:
    layout = catalogue.find_return("fostering_vacancies")
    (only_table,) = layout.tables
    renamed = layout.model_copy(update={"tables": (only_table.model_copy(update={"name": "homes"}),)})
    with connect(run.settings, Role.LOADER) as connection:

        def written() -> dict[str, str]:
            rows = connection.execute(
                "select table_name, xmin::text from raw.published_layouts where return_code = %s", [layout.code]
            ).fetchall()
            return dict(rows)

        before = written()
        keep_layouts(connection, [layout, catalogue.find_return("pss_ex1")])
        assert written() == before
        assert set(before) == {"fostering_vacancies"}
        keep_layouts(connection, [renamed])
        assert set(written()) == {"homes"}
        connection.rollback()


# Restatements


def test_a_restated_figure_stands_in_both_releases(marts: psycopg.Connection) -> None:
    rows = marts.execute(
        "select release, value, is_current, previous_release, previous_release_value,"
        " change_since_previous_release from marts.fct_published_figure"
        " where measure_code = 'cla_number_at_31_march' and period_code = '2023-24'"
        " and place_code = 'england' and release >= '2000' order by release"
    ).fetchall()
    # The faulty releases of this module are older; what they said is kept as well.
    assert rows[0][:3] == ("2024", 83630, False)
    assert rows[1] == ("2025", 83530, True, "2024", 83630, -100)


def test_regions_and_authorities_elsewhere_are_kept_without_a_code(marts: psycopg.Connection) -> None:
    rows = marts.execute(
        "select geography, place_code, region, authority_code from marts.fct_published_figure"
        " where measure_code = 'population_0_to_17' and period_code = '2024-25' and release = '2024'"
        " and (authority_code is null or authority_code = 'dudley') order by geography, place_code"
    ).fetchall()
    assert rows == [
        ("local_authority", "cardiff", "Wales", None),
        ("local_authority", "dudley", "West Midlands", "dudley"),
        ("national", "england", None, None),
        ("regional", "west-midlands", "West Midlands", None),
    ]


def test_what_rounds_to_zero_is_not_zero(marts: psycopg.Connection) -> None:
    rows = marts.execute(
        "select value, missing_reason, raw_value from marts.fct_published_figure where symbol = 'k'"
    ).fetchall()
    assert rows
    assert set(rows) == {(None, "rounds to zero but is not zero", "k")}


def test_provisional_and_revised_figures_are_kept_apart(marts: psycopg.Connection) -> None:
    found = dict(
        marts.execute(
            "select distinct period_code, qualifier from marts.fct_published_figure"
            " where measure_code = 'lait_sampleattainment' and release = '2025'"
        ).fetchall()
    )
    assert found == {
        "2021/22": "as_published", "2022/23": "revised", "2023/24": "final", "2024/25": "provisional",
    }  # fmt: skip


def test_the_outturn_of_both_forms_gives_the_same_measures(marts: psycopg.Connection) -> None:
    rows = marts.execute(
        "select period_code, count(*) from marts.fct_measure where measure_code = 'spend_total_cla'"
        " and value > 0 and unit = '£' group by period_code order by period_code"
    ).fetchall()
    assert rows == [("2010-11", 14), ("2013-14", 14)]


def test_the_rate_of_children_looked_after_is_computed_from_the_counts(marts: psycopg.Connection) -> None:
    rows = marts.execute(
        "select facts.value, measures.value, facts.lower_95 from marts.fct_indicator as facts"
        " inner join marts.fct_measure as measures using (authority_code, period_code, basis)"
        " where facts.indicator_code = 'L124' and measures.measure_code = 'cla_rate_at_31_march'"
    ).fetchall()
    assert len(rows) == 14 * 5
    for computed, published, lower in rows:
        assert abs(computed - published) <= 0.5 + 1e-9
        assert 0 < lower < computed
    missing = marts.execute(
        "select authority_code, period_code, missing_reason from marts.fct_indicator"
        " where indicator_code = 'L392' and value is null"
    ).fetchall()
    assert [row[:2] for row in missing] == [("solihull", "2021-22")]
    assert "children_count has no figure ('c' in " in missing[0][2]


def test_every_member_has_ten_neighbours_nearest_first(marts: psycopg.Connection) -> None:
    rows = marts.execute(
        "select authority_code, array_agg(rank order by rank), count(distinct neighbour_dfe_la_number),"
        " count(neighbour_authority_code), min(model_version) from marts.bridge_statistical_neighbour"
        " where model_version = '2025' group by authority_code"
    ).fetchall()
    assert len(rows) == 14
    assert {tuple(row[1]) for row in rows} == {tuple(range(1, 11))}
    assert {row[2:] for row in rows} == {(10, 10, "2025")}


def test_a_long_tables_measures_carry_their_dictionary(marts: psycopg.Connection) -> None:
    row = marts.execute(
        "select is_registered, title, unit, series_number, topic, polarity from marts.dim_published_measure"
        " where measure_code = 'lait_sampleattainment'"
    ).fetchone()
    assert row == (False, "Average score", "Average Score", "901", "Samples", "high")
