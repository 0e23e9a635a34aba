"""Sheets that publishers make for readers: figures are told by number or by title, and faults are found."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingestion.model.dbt import run_dbt
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from samples import write_samples
from samples.adult_unit_costs import sheet_rows
from tests.conftest import empty_warehouse, run_road
from tests.support.returns import as_csv

RETURN, ACROSS, SHEET = "adult_unit_costs", "asc_fr", "unit_costs.csv"
NEW_YEAR = "2011-12"
Rows = list[list[str]]


def table(path: Path) -> Rows:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("windows-1252")
    return list(csv.reader(io.StringIO(text, newline="")))


def line_of(rows: Rows, label: str) -> int:
    return next(number for number, row in enumerate(rows, 1) if row and row[0] == label)


def column_of(rows: Rows, reference: str, part: str) -> int:
    number, parts = rows[3], rows[4]
    return next(place for place, cell in enumerate(number) if (cell, parts[place]) == (reference, part))


def unknown_council(rows: Rows) -> list[int]:
    line = line_of(rows, "411 - Walsall")
    rows[line - 1][0] = "499 - Walsall"
    return [line]


def unknown_figure(rows: Rows) -> list[int]:
    rows[3][column_of(rows, "2.5", "Unit Cost")] = "2.99"
    return [line_of(rows, "406 - Birmingham")]


def figure_twice(rows: Rows) -> list[int]:
    line = line_of(rows, "411 - Walsall")
    rows[line - 1][0] = "406 - Birmingham"
    twice = zip(rows[line_of(rows, "406 - Birmingham") - 1], rows[line - 1], strict=True)
    return [line] * sum(one != other for one, other in twice)


def unreadable_value(rows: Rows) -> list[int]:
    line = line_of(rows, "411 - Walsall")
    rows[line - 1][column_of(rows, "2.5", "Unit Cost")] = "#NUM!"
    return [line]


def no_council(rows: Rows) -> list[int]:
    for row in rows[5:]:
        row[0] = row[0].lstrip("0123456789 -")
    return [0]


def stated_ratio(rows: Rows) -> list[int]:
    line, place = line_of(rows, "411 - Walsall"), column_of(rows, "2.5", "Unit Cost")
    rows[line - 1][place] = f"{float(rows[line - 1][place]) + 0.2:.1f}"
    return [line]


def stated_out_of_line(rows: Rows) -> list[int]:
    """The hours of a week for those of the year."""
    line, place = line_of(rows, "411 - Walsall"), column_of(rows, "2.24A", "Denominator")
    hours = round(float(rows[line - 1][place].replace(",", "")) / 52)
    cost = float(rows[line - 1][place - 1].replace(",", ""))
    rows[line - 1][place : place + 2] = [str(hours), f"{1000 * cost / hours:.1f}"]
    return [line]


def council_missing(rows: Rows) -> list[int]:
    del rows[line_of(rows, "411 - Walsall") - 1]
    return [0]


# The rule, the folder that the faulty sheet of 2013-14 is put into, and the fault.
CASES: dict[str, tuple[str, Callable[[Rows], list[int]]]] = {
    "unknown_council": ("2015-16", unknown_council),
    "unknown_figure": ("2016-17", unknown_figure),
    "figure_twice": ("2017-18", figure_twice),
    "unreadable_value": ("2018-19", unreadable_value),
    "no_figures": ("2019-20", no_council),
    "release_is_no_year": ("2020-22", lambda rows: [0]),
    "stated_ratio": ("2020-21", stated_ratio),
    "stated_out_of_line": ("2021-22", stated_out_of_line),
    "council_missing": ("2022-23", council_missing),
}


@pytest.fixture(scope="module")
def lines() -> dict[str, list[int]]:
    """The lines that each rule must point at, 0 for the file as a whole."""
    return {}


@pytest.fixture(scope="module")
def warehouse(
    prepared_home: Path, lines: dict[str, list[int]], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """The samples and a release of its own for each fault."""
    landing = tmp_path_factory.mktemp("sheets") / "landing"
    write_samples(landing, periods=())
    folder = landing / "_published" / "nhs_ic" / RETURN
    for seed, (rule, (release, fault)) in enumerate(CASES.items()):
        # Of other figures each, so that none repeats those of the year before.
        rows = list(sheet_rows(seed, "2013-14"))
        lines[rule] = fault(rows)
        put(folder / release, rows)
    last_year = list(sheet_rows(100, "2013-14"))
    put(folder / "2023-24", last_year)
    again = list(sheet_rows(101, "2013-14"))
    line, place = line_of(again, "411 - Walsall"), column_of(again, "2.24A", "Numerator")
    again[line - 1][place : place + 3] = last_year[line - 1][place : place + 3]
    put(folder / "2024-25", again)
    put_new_year(folder)
    put_regional_total(landing / "_published" / "hscic" / ACROSS)
    return built(prepared_home, landing)


def put(folder: Path, rows: Rows) -> None:
    folder.mkdir(parents=True)
    (folder / SHEET).write_bytes(as_csv(rows))


def put_new_year(folder: Path) -> None:
    rows = [row[:1] + row[:0:-1] for row in sheet_rows(7, "2009-10") if len(row) > 1]
    rows[2] = [title.replace("31 March 2010", "31 March 2012") for title in rows[2]]
    put(folder / NEW_YEAR, rows)


def put_regional_total(folder: Path) -> None:
    """A later year in which a row of the region is not what its councils add up to."""
    rows = table(folder / "2014-15" / SHEET)
    region = rows[1].index("West Midlands")
    rows[2][region] = f"{float(rows[2][region]) + 10:.2f}"
    put(folder / "2016-17", rows)


def built(home: Path, landing: Path) -> Settings:
    settings = empty_warehouse(
        Settings(home=home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    )
    for return_code in (RETURN, ACROSS):
        run_road(settings, return_code)
    run_dbt(settings, "run", "--quiet", "--select", "+fct_published_figure", "+dim_published_measure")
    return settings


@pytest.fixture(scope="module")
def reader(warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(warehouse, Role.TRANSFORMER, autocommit=True) as connection:
        yield connection


def findings(
    connection: psycopg.Connection, release: str, return_code: str = RETURN
) -> list[tuple[str, int, str]]:
    rows = connection.execute(
        "select rule_code, coalesce(line_number, 0), message from ledger.finding"
        " inner join ledger.submission using (submission_id) where return_code = %s and period_code = %s"
        " order by rule_code, line_number",
        [return_code, release],
    ).fetchall()
    return [(rule.removeprefix("published."), line, message) for rule, line, message in rows]


def figures_of(
    connection: psycopg.Connection, release: str, return_code: str = RETURN
) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Place and measure to the text and the number in the mart."""
    rows = connection.execute(
        "select place_code, measure_code, raw_value, value, missing_reason, column_name"
        " from marts.fct_published_figure where return_code = %s and release = %s",
        [return_code, release],
    ).fetchall()
    found = {(place, measure): tuple(rest) for place, measure, *rest in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("release", ["2008-09", "2009-10", "2013-14"])
def test_the_samples_break_no_rule_and_every_council_has_every_column(
    release: str, reader: psycopg.Connection, warehouse: Settings
) -> None:
    rows = table(Path(warehouse.landing) / "_published/nhs_ic" / RETURN / release / SHEET)
    assert findings(reader, release) == []
    found = figures_of(reader, release)
    councils = [row for row in rows if row and row[0][:3].isdigit()]
    assert len(councils) == 14
    found = {key: figure for key, figure in found.items() if "_activity_" not in key[1]}
    assert len(found) == 15 * (len(rows[2]) - 1), "fourteen councils and England"
    assert Counter(text for text, *_ in found.values()) == Counter(
        cell for row in (*councils, rows[line_of(rows, "TOTAL England") - 1]) for cell in row[1:]
    )


def test_a_figure_is_told_by_its_number_or_by_its_title(reader: psycopg.Connection, warehouse: Settings) -> None:
    """2008-09 has numbers above its columns, two pairs the wrong way round; in 2009-10 the title says it."""
    folder = Path(warehouse.landing) / "_published/nhs_ic" / RETURN
    numbered, titled = table(folder / "2008-09" / SHEET), table(folder / "2009-10" / SHEET)
    place = column_of(numbered, "2.22A", "Denominator")
    walsall = numbered[line_of(numbered, "411 - Walsall") - 1]
    found = figures_of(reader, "2008-09")["walsall", "adult_2_22_units"]
    assert found[:2] == (walsall[place], float(walsall[place].replace(",", "")))
    place = next(place for place, cell in enumerate(titled[2]) if "actual number of home help/care" in cell)
    walsall = titled[line_of(titled, "411 - Walsall") - 1]
    found = figures_of(reader, "2009-10")["walsall", "adult_2_22a_units"]
    assert found[:2] == (walsall[place], float(walsall[place].replace(",", "")))
    assert found[3] == titled[2][place]


def test_what_is_not_available_is_no_zero(reader: psycopg.Connection) -> None:
    found = figures_of(reader, "2009-10")
    assert found["walsall", "adult_2_39_cost"][:3] == ("..", None, "not available to the publisher")
    assert found["solihull", "adult_2_20_cost"][:2] == ("0", 0)
    assert found["solihull", "adult_2_20_unit_cost"][:3] == (".", None, "not applicable")


def test_england_is_a_country_and_a_note_is_nothing(reader: psycopg.Connection) -> None:
    rows = reader.execute(
        "select geography, count(distinct place_code), min(place_code) from marts.fct_published_figure"
        " where return_code = %s and release = '2009-10' group by geography order by geography",
        [RETURN],
    ).fetchall()
    assert rows == [("local_authority", 14, "birmingham"), ("national", 1, "england")]


def test_a_sheet_with_councils_side_by_side_is_read_by_the_words_left_of_its_figures(
    reader: psycopg.Connection, warehouse: Settings
) -> None:
    rows = table(Path(warehouse.landing) / "_published/hscic" / ACROSS / "2014-15" / SHEET)
    walsall = rows[1].index("411 - Walsall")
    words = ["Long term", "Age 65 and over", "Physical support", "Nursing", "Denominator", "All"]
    cell = next(row[walsall] for row in rows if row[:6] == words)
    assert findings(reader, "2014-15", ACROSS) == []
    found = figures_of(reader, "2014-15", ACROSS)
    assert found["walsall", "asc_fr_65_phys_nur_weeks"][:2] == (cell, pytest.approx(float(cell)))
    assert {place for place, measure in found if measure == "asc_fr_all_rn_cost"} > {"west-midlands", "england"}
    costs = [row for row in rows[2:] if len(row) > 6 and row[6]]
    assert sum("_activity_" not in key and "_expenditure_" not in key for _, key in found) == 16 * (len(costs) + 2)


@pytest.mark.parametrize("release", ["2008-09", "2013-14"])
def test_activity_can_be_looked_up_by_number_and_title(
    release: str, reader: psycopg.Connection, warehouse: Settings
) -> None:
    """In 2008-09 the number and the name of a council stand in a column each."""
    rows = table(Path(warehouse.landing) / "_published/nhs_ic" / RETURN / release / "activity.csv")
    dudley = next(row for row in rows if "Dudley" in "".join(row))
    code = "adult_activity_a1_1_overall_total_of_existing_clients_with_completed_reviews"
    found = figures_of(reader, release)["dudley", code]
    assert found[:2] == (dudley[-3], float(dudley[-3].replace(",", "")))


def test_what_the_crosswalk_does_not_know_can_be_looked_up_by_its_words(reader: psycopg.Connection) -> None:
    found = figures_of(reader, "2014-15", ACROSS)
    words = "age_65_and_over_physical_support_residential"
    assert found["dudley", f"asc_fr_activity_long_term_{words}_external_provision"][1] > 0
    assert found["walsall", f"asc_fr_activity_long_term_{words}_external_provision"][:3] == (
        ":", None, "not available to the publisher",
    )  # fmt: skip
    assert found["dudley", f"asc_fr_expenditure_long_term_{words}_gross_total_expenditure"][1] > 0
    assert found["solihull", "asc_fr_home_care_rate_own"][:2] == ("0", 0)
    titles = reader.execute(
        "select title from marts.dim_published_measure where measure_code = %s",
        [f"asc_fr_expenditure_long_term_{words}_gross_total_expenditure"],
    ).fetchall()
    assert "residential" in titles[0][0]


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_fails_at_the_line_of_the_fault_and_no_other_rule_with_it(
    rule: str, reader: psycopg.Connection, lines: dict[str, list[int]]
) -> None:
    found = findings(reader, CASES[rule][0])
    # A council that goes by another number is missing under its own.
    also = [("council_missing", 0)] if rule in ("unknown_council", "figure_twice") else []
    assert [(code, line) for code, line, _ in found] == also + [(rule, line) for line in sorted(lines[rule])]
    assert all(message.startswith(SHEET) and "{" not in message for _, _, message in found)


def test_a_year_that_nobody_has_seen_needs_no_row_of_the_crosswalk(
    reader: psycopg.Connection, warehouse: Settings
) -> None:
    """Titles that are known, without numbers, in another order, with a year in them: as 2011-12 may come."""
    rows = table(Path(warehouse.landing) / "_published/nhs_ic" / RETURN / NEW_YEAR / SHEET)
    assert findings(reader, NEW_YEAR) == []
    found = figures_of(reader, NEW_YEAR)
    assert len(found) == 15 * (len(rows[2]) - 1)
    title = "Gross total cost for residential and nursing care for older people during year ended 31 March 2012"
    place = next(place for place, cell in enumerate(rows[2]) if cell.startswith(title))
    walsall = rows[line_of(rows, "411 - Walsall") - 1]
    assert found["walsall", "adult_2_2_cost"][:2] == (walsall[place], float(walsall[place].replace(",", "")))


def test_a_figure_that_is_the_year_befores_is_noted(reader: psycopg.Connection, warehouse: Settings) -> None:
    rows = table(Path(warehouse.landing) / "_published/nhs_ic" / RETURN / "2024-25" / SHEET)
    line = line_of(rows, "411 - Walsall")
    assert findings(reader, "2023-24") == []
    found = findings(reader, "2024-25")
    assert {(rule, number) for rule, number, _ in found} == {("figure_repeated", line)}
    assert all("is what it gave for 2023-24, to the digit" in message for _, _, message in found)


def test_a_region_is_held_against_its_councils(reader: psycopg.Connection) -> None:
    ((rule, line, message),) = findings(reader, "2016-17", ACROSS)
    assert (rule, line) == ("sum_of_councils", 3)
    assert "is stated for West Midlands as 'numerator of long term | age 18 and over |" in message


def test_a_sheet_without_a_council_or_a_year_is_rejected_and_no_other(reader: psycopg.Connection) -> None:
    states = dict(
        reader.execute(
            "select period_code, state from ledger.submission where return_code = %s", [RETURN]
        ).fetchall()
    )
    rejected = {release for release, state in states.items() if state == "rejected"}
    assert rejected == {CASES["no_figures"][0], CASES["release_is_no_year"][0]}
