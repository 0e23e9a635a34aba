"""The publishers' real files: every row is accounted for, and the mart has the figures of the file."""

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingestion.model.dbt import run_dbt
from ingestion.returns.catalogue import find_return, published_returns
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse, run_road

Row = dict[str, str]
OUTTURN_YEARS = {f"20{year:02}-{year + 1:02}": f"s251/outturn_{year:02}{year + 1:02}.csv" for year in range(8, 14)}
FILES = {
    ("la_cla_placement_stability", "2025"): ["dfe/la_cla_placement_stability.csv"],
    ("cla_number_and_rate_per_10k_children", "2025"): ["dfe/cla_number_and_rate_per_10k_children.csv"],
    ("la_cla_during_year_new_placements", "2025"): ["dfe/la_cla_during_year_new_placements.csv"],
    ("ons_mid_year_population_estimates", "2024"): ["dfe/ons_mid-year_population_estimates_2012_to_2024.csv"],
    ("lait", "2025-10"): ["dfe/lait_bds_wm14.csv", "dfe/lait_data_dictionary.csv"],
    ("sn_model", "2025"): ["dfe/sn_model_2025_wide.csv"],
    ("ascof", "2023-24"): [
        "published/ascof/trend_data.csv",
        "published/ascof/measure_direction.csv",
        "published/ascof/ons_codes.csv",
    ],
} | {("s251_outturn", period): [path] for period, path in OUTTURN_YEARS.items()}
# What is wrong in the real files, and is reported.
WARNINGS = {
    ("lait", "published.percent_out_of_range"): 29, ("lait", "published.unreadable_year"): 1,
    ("s251_outturn", "published.column_sum"): 8,
}  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(shared_data: Path, prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    landing = tmp_path_factory.mktemp("publishers") / "landing"
    for (code, release), paths in FILES.items():
        folder = landing / "_published" / str(find_return(code).publisher) / code / release
        folder.mkdir(parents=True)
        for path in paths:
            shutil.copy(shared_data / path, folder)
    settings = empty_warehouse(
        Settings(home=prepared_home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    )
    for layout in published_returns():
        run_road(settings, layout.code)
    run_dbt(settings, "run", "--quiet", "--select", "+fct_published_figure", "+dim_published_measure",
            "+bridge_statistical_neighbour", "+int_published__measure_sources")  # fmt: skip
    return settings


@pytest.fixture(scope="module")
def reader(warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(warehouse, Role.TRANSFORMER, autocommit=True) as connection:
        yield connection


def records(path: Path) -> list[Row]:
    """The records of a file, read without the product's reader."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("windows-1252")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def one(connection: psycopg.Connection, query: str, *values: Any) -> Any:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return row[0]


def test_no_file_is_rejected_and_only_known_warnings_are_given(reader: psycopg.Connection) -> None:
    states = reader.execute("select return_code, period_code, state from ledger.submission").fetchall()
    assert {(code, release) for code, release, _ in states} == set(FILES)
    assert {state for _, _, state in states} <= {"accepted", "accepted_with_warnings"}
    found = {
        (code, rule): count
        for code, rule, count in reader.execute(
            "select return_code, rule_code, count(*) from ledger.finding inner join ledger.submission"
            " using (submission_id) where severity = 'warning' group by return_code, rule_code"
        ).fetchall()
    }
    assert found == WARNINGS


@pytest.mark.parametrize(("code", "release"), FILES, ids=["/".join(key) for key in FILES])
def test_every_row_of_a_file_is_taken_passed_over_or_reported(
    code: str, release: str, reader: psycopg.Connection, shared_data: Path
) -> None:
    in_files = sum(len(records(shared_data / path)) for path in FILES[code, release])
    in_raw = one(
        reader,
        "select count(*) from raw.published_records inner join ledger.submission using (submission_id)"
        " where return_code = %s and period_code = %s",
        code, release,
    )  # fmt: skip
    assert in_raw == in_files > 0
    counted = Counter(
        dict(
            reader.execute(
                "select case when period_code is null then 'reported' when is_taken then 'taken'"
                " when is_taken is null then 'reported' else 'passed over' end, count(*)"
                " from staging.base_published__records where return_code = %s and release = %s group by 1",
                [code, release],
            ).fetchall()
        )
    )
    tables = len(records(shared_data / FILES[code, release][0]))
    assert counted.total() == (0 if code == "sn_model" else tables)
    assert counted["reported"] == (16 if code == "lait" else 0)  # the rows whose year is '0'
    assert bool(counted["passed over"]) == (code == "s251_outturn")


@pytest.mark.parametrize(
    ("code", "column", "expected"),
    [
        ("la_cla_placement_stability", "children_count", 5010),
        ("cla_number_and_rate_per_10k_children", "children_count", 2505),
        ("la_cla_during_year_new_placements", "children_count", 15865),
        ("ons_mid_year_population_estimates", "population_estimate", 2132),
        ("lait", "Values", 60336 - 16),
        ("ascof", "Measure_Value", 26498),
    ],
)
def test_every_cell_of_the_counted_column_is_a_figure(
    code: str, column: str, expected: int, reader: psycopg.Connection, shared_data: Path
) -> None:
    (release,) = (release for known, release in FILES if known == code)
    raw = Counter(row[column] for row in records(shared_data / FILES[code, release][0]))
    if code == "lait":
        raw.subtract({"-": 16})
    kept = Counter(
        dict(
            reader.execute(
                "select raw_value, count(*) from marts.fct_published_figure where return_code = %s"
                " and column_name = %s group by raw_value",
                [code, column],
            ).fetchall()
        )
    )
    assert kept.total() == expected
    assert kept == +raw


def test_an_outcome_is_what_it_is_described_as_whatever_its_code(
    reader: psycopg.Connection, shared_data: Path
) -> None:
    """2D became 2A in 2023-24; 2A1 and 2D1 are other outcomes, and so is what 3A was before."""
    of_rows = {
        (period, code): measure
        for period, code, measure in reader.execute(
            "select distinct figures.period_code, records.record ->> 'Measure Group', figures.measure_code"
            " from marts.fct_published_figure as figures inner join raw.published_records as records"
            " using (submission_id, line_number) where return_code = 'ascof' and records.record ? 'Measure Group'"
        ).fetchall()
    }
    codes = {(row["Year"], row["Measure Group"]) for row in records(shared_data / FILES["ascof", "2023-24"][0])}
    assert of_rows.keys() == codes
    assert of_rows["2019-20", "2D"] == of_rows["2023-24", "2A"] == "ascof_short_term_sequel"
    assert of_rows["2019-20", "3A"] == of_rows["2023-24", "1D"] != of_rows["2023-24", "3A"]
    assert of_rows["2019-20", "2A1"] == of_rows["2023-24", "2B"]
    assert of_rows["2022-23", "1B"] == of_rows["2023-24", "3A"] != of_rows["2023-24", "1B"]
    # In these words the file speaks of carers and of the people who use services alike.
    assert of_rows["2019-20", "1C1B"] == of_rows["2022-23", "1C1B"] != of_rows["2019-20", "1C1A"]
    for year in {year for year, _ in codes}:
        measures = [measure for (period, _), measure in of_rows.items() if period == year]
        assert len(measures) == len(set(measures))


def test_an_outcome_has_the_better_end_that_its_publisher_names(
    reader: psycopg.Connection, shared_data: Path
) -> None:
    polarities = dict(
        reader.execute(
            "select title, polarity from staging.base_published__dictionary where return_code = 'ascof'"
        ).fetchall()
    )
    listed = records(shared_data / FILES["ascof", "2023-24"][1])
    assert polarities == {
        row["Measure Group Description"]: row["Direction"].split()[0].removesuffix("er").lower() for row in listed
    }


def test_an_outcome_without_a_count_has_no_interval_and_says_why(reader: psycopg.Connection) -> None:
    reasons = reader.execute(
        "select distinct no_interval_reason from staging.value_kinds"
        " inner join staging.register_indicators using (value_kind) where indicator_code like 'ASCOF.%'"
    ).fetchall()
    assert reasons == [("It was published without the counts it was worked out from.",)]


def test_all_series_of_the_long_table_are_measures_with_their_titles(reader: psycopg.Connection) -> None:
    count, titled = reader.execute(
        "select count(*), count(title) from marts.dim_published_measure where return_code = 'lait'"
    ).fetchone() or (0, 0)
    assert (count, titled) == (434, 434)
    kinds = dict(
        reader.execute(
            "select period_type, count(distinct measure_code) from marts.fct_published_figure"
            " where return_code = 'lait' group by period_type"
        ).fetchall()
    )
    assert sum(kinds.values()) >= 434
    assert set(kinds) == {
        "academic_year", "annual", "at_30_september", "calendar_year", "financial_year", "in_january",
        "several_years",
    }  # fmt: skip


def test_numbers_of_two_datasets_agree_on_children_looked_after(reader: psycopg.Connection) -> None:
    """The same children, counted for stability and for rates: the period labels lie on each other."""
    differing = reader.execute(
        """
        select stability.place_code, stability.period_code
        from marts.fct_published_figure as stability
        inner join marts.fct_published_figure as numbers
            using (geography, place_code, period_type, period_code)
        where stability.measure_code = 'cla_at_31_march' and numbers.measure_code = 'cla_number_at_31_march'
            and stability.value is distinct from numbers.value
        """
    ).fetchall()
    assert {place for place, _ in differing} == {"isles-of-scilly"}  # 0 here and z there
    england = one(
        reader,
        "select value from marts.fct_published_figure where measure_code = 'cla_number_at_31_march'"
        " and place_code = 'england' and period_code = '2023-24'",
    )
    assert england == 83530


def test_rates_are_divided_by_the_population_of_the_middle_of_the_year(reader: psycopg.Connection) -> None:
    differing = one(
        reader,
        """
        select count(*)
        from marts.fct_published_figure as divided
        inner join marts.fct_published_figure as population
            using (geography, place_code, period_type, period_code)
        where divided.measure_code = 'cla_rate_population' and population.measure_code = 'population_0_to_17'
            and divided.value <> population.value
        """,
    )
    assert differing == 0


@pytest.mark.parametrize("period", OUTTURN_YEARS)
def test_the_outturn_of_every_form_gives_the_members_their_total(
    period: str, reader: psycopg.Connection, shared_data: Path
) -> None:
    totals = {}
    for row in records(shared_data / OUTTURN_YEARS[period]):
        number = next(iter(row.values()))
        line = next(text for name, text in row.items() if "Line Ref" in name or "Description" in name)
        if re.sub(r"^\d+ *", "", line).strip() == "Total Children Looked After":
            heading = next(name for name in row if name.upper().replace(" ", "").startswith("TOTALEXP"))
            totals[int(number)] = float(row[heading])
    kept = dict(
        reader.execute(
            "select dfe_la_number, value::double precision from intermediate.int_published__measure_sources"
            " inner join staging.authorities using (authority_code)"
            " where is_member and measure_code = 'spend_total_cla' and period_code = %s",
            [period],
        ).fetchall()
    )
    assert len(kept) == 14
    assert kept == pytest.approx({number: totals[number] for number in kept})


def test_neighbours_are_those_of_the_published_table(reader: psycopg.Connection, shared_data: Path) -> None:
    published = {
        (int(row["la_number"]), int(row["rank"])): int(row["neighbour_la_number"])
        for row in records(shared_data / "published" / "statistical_neighbours_2025_wm.csv")
    }
    kept = {
        (number, rank): neighbour
        for number, rank, neighbour in reader.execute(
            "select dfe_la_number, rank, neighbour_dfe_la_number from marts.bridge_statistical_neighbour"
            " inner join staging.authorities using (authority_code) where is_member"
        ).fetchall()
    }
    assert kept == published
    assert len(kept) == 140
