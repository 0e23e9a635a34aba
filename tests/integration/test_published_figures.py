"""The real returns give the figures that were published from them, cell by cell and year by year."""

import csv
import io
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg.rows import dict_row
from python_calamine import CalamineWorkbook

from ingestion.model.build import build_marts
from ingestion.model.dbt import run_dbt
from ingestion.settings import DBT_PROJECT, SEEDS, Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse, run_road

PUBLISHED = {
    "la_cla_placement_stability": "la_cla_placement_stability.csv",
    "lait": "lait_bds_wm14.csv",
    "sn_model": "sn_model_2025_wide.csv",
}
UNIT_COST_TABLE, UNIT_COST_FILE = "pss_unit_costs", "pss_unit_costs_2007-08_detailed.xls"
YEARS = [f"{year}-{(year + 1) % 100:02}" for year in range(2000, 2008)]
UNIT_COSTS = {"B8": "B8", "B9": "1.2 (adj)", "B10": "1.3 (adj)", "B17": "B17"}

Row = dict[str, Any]
Figure = tuple[str, str, str]  # authority, period, indicator


@pytest.fixture(scope="module")
def warehouse(
    shared_data: Path, prepared_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """A warehouse built from all the real returns and both published tables. Slow, as there are many."""
    landing = tmp_path_factory.mktemp("real") / "landing"
    landing.mkdir()
    for folder in (shared_data / "landing").iterdir():
        (landing / folder.name).symlink_to(folder)
    for dataset, file_name in PUBLISHED.items():
        release = landing / "_published" / "dfe" / dataset / "2025"
        release.mkdir(parents=True)
        shutil.copy(shared_data / "dfe" / file_name, release)
    release = landing / "_published" / "nhs_ic" / UNIT_COST_TABLE / "2007-08"
    release.mkdir(parents=True)
    shutil.copy(shared_data / "published" / UNIT_COST_FILE, release)
    settings = warehouse_settings(prepared_home, landing)
    empty_warehouse(settings)
    for return_code in ("pss_ex1", *PUBLISHED, UNIT_COST_TABLE):
        run_road(settings, return_code)
    build_marts(settings)
    yield settings


@pytest.fixture(scope="module")
def marts(warehouse: Settings) -> Iterator[psycopg.Connection[Row]]:
    with connect(warehouse, Role.ANALYST, autocommit=True) as connection:
        connection.row_factory = dict_row  # type: ignore[assignment]
        yield connection  # type: ignore[misc]


@pytest.fixture(scope="module")
def figures(marts: psycopg.Connection[Row]) -> dict[Figure, Row]:
    rows = marts.execute("select * from marts.fct_indicator").fetchall()
    return {(row["authority_code"], row["period_code"], row["indicator_code"]): row for row in rows}


@pytest.fixture(scope="module")
def members(marts: psycopg.Connection[Row]) -> dict[str, Row]:
    rows = marts.execute("select * from marts.dim_authority where is_member").fetchall()
    return {row["authority_code"]: row for row in rows}


def warehouse_settings(home: Path, landing: Path) -> Settings:
    return Settings(home=home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)


def same(number: float) -> Any:
    return pytest.approx(number, rel=1e-6, abs=1e-9)


def records(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# What was received


def test_all_112_real_returns_are_registered_and_none_is_rejected(warehouse: Settings) -> None:
    with connect(warehouse, Role.LOADER) as connection:
        states = dict(
            connection.execute(
                "select state, count(*) from ledger.submission where return_code = 'pss_ex1' group by state"
            ).fetchall()
        )
        in_force = connection.execute(
            "select count(*) from ledger.submission where return_code = 'pss_ex1' and is_in_force"
        ).fetchone()
    assert sum(states.values()) == 112
    assert set(states) <= {"accepted", "accepted_with_warnings"}
    assert in_force == (112,)


def test_a_unit_cost_of_hours_that_are_a_weeks_is_rated_c(warehouse: Settings):
    """Staffordshire gave the hours of the sample week for those of the year: £817 an hour, as published."""
    with connect(warehouse, Role.ANALYST) as connection:
        found = connection.execute(
            "select round(value::numeric, 2)::float, quality_rating from marts.fct_indicator"
            " where authority_code = 'staffordshire' and period_code = '2007-08' and basis = 'submitted'"
            " and indicator_code = 'U2.22A'"
        ).fetchone()
    assert found == (pytest.approx(817, abs=1), "C")


# Unit costs of 2007-08


@pytest.fixture(scope="module")
def unit_costs(shared_data: Path) -> dict[int, Row]:
    """The published table by the councils' number; columns are found by their headings."""
    workbook = CalamineWorkbook.from_path(shared_data / "published" / UNIT_COST_FILE)
    lines = workbook.get_sheet_by_name(workbook.sheet_names[0]).to_python()
    columns: dict[str, int] = {}
    for heading_line in (1, 2):  # values are headed in the second line, numerators and denominators in the third
        for number, heading in enumerate(lines[heading_line]):
            columns.setdefault(" ".join(str(heading).split()), number)
    wanted = [f"{name}{part}" for name in UNIT_COSTS.values() for part in ("", " num", " denom")]
    return {
        int(line[1]): {name: line[columns[name]] for name in wanted}
        for line in lines
        if isinstance(line[1], float)
    }


@pytest.mark.parametrize("indicator", UNIT_COSTS)
def test_unit_costs_of_2007_08_equal_the_published_ones(
    indicator: str, figures: dict[Figure, Row], members: dict[str, Row], unit_costs: dict[int, Row]
) -> None:
    assert len(members) == 14
    for code, member in members.items():
        published = unit_costs[member["cassr_code"]]
        figure = figures[code, "2007-08", indicator]
        name = UNIT_COSTS[indicator]
        assert figure["numerator"] == same(published[f"{name} num"]), code
        assert figure["denominator"] == same(published[f"{name} denom"]), code
        assert figure["value"] == same(published[name]), code


def test_every_published_unit_cost_of_the_members_is_equal_or_says_why_not(
    marts: psycopg.Connection[Row], members: dict[str, Row], unit_costs: dict[int, Row]
) -> None:
    rows = marts.execute(
        "select r.* from marts.reconciliation as r inner join marts.dim_authority using (authority_code)"
        " where is_member and published is not null"
    ).fetchall()
    assert {row["unit_cost_ref"] for row in rows} >= {"1.1", "1.2A", "1.7", "2.1", "2.1A", "2.22A", "2.56"}
    unequal = [row for row in rows if row["status"] != "equal"]
    assert len(rows) > 900
    assert len(unequal) <= 10
    for row in unequal:
        # True of the data: a cell that the publisher's copy hides, or that the return gives as not known.
        assert row["status"] == "not_computed"
        assert "('-' in activity.csv" in row["reason"] or "('..' in activity.csv" in row["reason"]
    for row in rows:
        if row["indicator_code"] in UNIT_COSTS:
            published = unit_costs[members[row["authority_code"]]["cassr_code"]]
            assert row["published"] == same(published[UNIT_COSTS[row["indicator_code"]]])


@pytest.mark.parametrize("period", YEARS)
def test_b8_is_the_mean_of_b9_and_b10_weighted_by_days(
    period: str, figures: dict[Figure, Row], members: dict[str, Row]
) -> None:
    compared = 0
    for code in members:
        b8, b9, b10 = (figures[code, period, indicator] for indicator in ("B8", "B9", "B10"))
        if None in (b8["value"], b9["value"], b10["value"]):
            continue
        days = b9["denominator"] + b10["denominator"]
        weighted = (b9["value"] * b9["denominator"] + b10["value"] * b10["denominator"]) / days
        assert b8["denominator"] == same(days), code
        assert b8["value"] == same(weighted), code
        compared += 1
    assert compared >= 13


# What is missing


@pytest.mark.parametrize(("period", "found"), [("2000-01", "'NA'"), ("2001-02", "'..'")])
def test_coventrys_uncounted_hours_are_missing_with_their_cell_and_not_zero(
    period: str, found: str, figures: dict[Figure, Row], shared_data: Path
) -> None:
    figure = figures["coventry", period, "B17"]
    path = shared_data / "landing" / "coventry" / "pss_ex1" / period / "activity.csv"
    assert figure["value"] is None
    assert figure["denominator"] is None
    assert figure["numerator"] > 0
    for item in ("hh1_hours_la", "hh1_hours_independent"):
        (line,) = {
            int(part.split("line ")[1].rstrip(")"))
            for part in figure["missing_reason"].split("; ")
            if part.startswith(f"{item} has no figure ({found} in activity.csv, line ")
        }
        assert f"'{cell(path, line, 2)}'" == found


def test_every_gap_names_the_cell_that_lacks(figures: dict[Figure, Row]) -> None:
    gaps = [
        figure
        for figure in figures.values()
        if figure["value"] is None and figure["indicator_code"] in UNIT_COSTS and figure["basis"] == "submitted"
    ]
    assert {(gap["authority_code"], gap["period_code"]) for gap in gaps} == {
        ("coventry", "2000-01"), ("coventry", "2001-02"),
    }  # fmt: skip
    assert all("in activity.csv, line" in gap["missing_reason"] for gap in gaps)


# Published statistics


@pytest.mark.parametrize("year", range(2021, 2026))
def test_a1_is_the_published_share_of_children(
    year: int, figures: dict[Figure, Row], members: dict[str, Row], shared_data: Path
) -> None:
    counted = {
        (row["new_la_code"], row["placement_stability"]): row
        for row in records(shared_data / "dfe" / PUBLISHED["la_cla_placement_stability"])
        if row["time_period"] == str(year)
        and row["geographic_level"] == "Local authority"
        and row["cla_group"] == "CLA on 31 March"
    }
    for code, member in members.items():
        figure = figures[code, f"{year - 1}-{year % 100}", "A1"]
        moved = counted[member["gss_code"], "With 3 or more placements during the year"]
        everyone = counted[member["gss_code"], "Total children"]
        assert figure["basis"] == "published"
        assert figure["numerator"] == int(moved["children_count"]), code
        assert figure["denominator"] == int(everyone["children_count"]), code
        assert int(figure["value"] + 0.5) == int(moved["children_percent"]), code


@pytest.mark.parametrize(
    ("indicator", "series"), [("L294", "LACFinance"), ("L296", "FosteringFinance"), ("L297", "RescareFinance")]
)
def test_published_weekly_costs_are_taken_as_they_are(
    indicator: str, series: str, figures: dict[Figure, Row], members: dict[str, Row], shared_data: Path
) -> None:
    names = {member["name"]: code for code, member in members.items()}
    published = {
        (names[row["LA and Regions"]], row["Years"].removesuffix(" (OT)")): float(row["Values"])
        for row in records(shared_data / "dfe" / PUBLISHED["lait"])
        if row["Short Desc"] == series and row["Years"].endswith(" (OT)") and row["LA and Regions"] in names
    }
    assert {period for _, period in published} == {f"{y}-{(y + 1) % 100:02}" for y in range(2016, 2025)}
    assert len(published) == 14 * 9
    assert {
        (code, period): figure["value"]
        for (code, period, kind), figure in figures.items()
        if kind == indicator and code in members
    } == published


def test_placement_stability_has_service_finance_and_outcome_for_2023_24(
    marts: psycopg.Connection[Row],
) -> None:
    rows = marts.execute(
        "select theme.* from marts.placement_stability as theme"
        " inner join marts.dim_authority using (authority_code)"
        " where is_member and period_code = '2023-24'"
    ).fetchall()
    assert len(rows) == 14
    for row in rows:
        for column in (
            "cla_at_31_march", "l294_weekly_cost_outturn", "l296_weekly_cost_fostering_outturn",
            "l297_weekly_cost_residential_outturn", "a1_three_or_more_placements", "a1_lower_95", "a1_upper_95",
            "d35_long_term_stability", "d35_lower_95", "d35_upper_95",
        ):  # fmt: skip
            assert row[column] is not None, (row["authority_code"], column)


# Intervals


def test_wilson_intervals_equal_the_known_answers(
    warehouse: Settings, marts: psycopg.Connection[Row], shared_data: Path
) -> None:
    """The macro itself, rendered by dbt, on the inputs of the known answers."""
    compared = 0
    for known in records(shared_data / "stats" / "phe_proportion_wilson.csv"):
        if known["method"] != "Wilson":
            continue
        counts = {name: float(known[name]) if known[name] else None for name in ("Numerator", "Denominator")}
        found = marts.execute(wilson_query(warehouse), counts).fetchone()
        assert found is not None
        for name in ("lower95_0cl", "upper95_0cl", "lower99_8cl", "upper99_8cl"):
            if not known[name]:
                assert found[name] is None, known["Area"]
                continue
            assert found[name] * float(known["multiplier"]) == pytest.approx(float(known[name]), rel=1e-9)
            compared += 1
    assert compared >= 4 * 16


@cache
def wilson_query(settings: Settings) -> str:
    bounds = {
        f"{side}{band}": f"{{{{ wilson_bound('events', 'total', {z}(), '{side}') }}}}"
        for side in ("lower", "upper")
        for band, z in (("95_0cl", "z_95"), ("99_8cl", "z_99_8"))
    }
    query = (
        "select "
        + ", ".join(f"{bound} as {name}" for name, bound in bounds.items())
        + " from (select %(Numerator)s::double precision as events,"
        + " %(Denominator)s::double precision as total) as counts"
    )
    printed = run_dbt(settings, "compile", "--inline", query, "--quiet").printed
    return printed[printed.index("select") :]


def test_intervals_of_the_facts_are_those_of_their_counts(
    warehouse: Settings,
    marts: psycopg.Connection[Row],
    figures: dict[Figure, Row],
    members: dict[str, Row],
) -> None:
    proportions = [
        figure
        for figure in figures.values()
        if figure["interval_method"] == "wilson" and figure["authority_code"] in members
    ]
    assert len(proportions) == 2 * 14 * 5
    for figure in proportions:
        found = marts.execute(
            wilson_query(warehouse), {"Numerator": figure["numerator"], "Denominator": figure["denominator"]}
        ).fetchone()
        assert found is not None
        for side in ("lower", "upper"):
            assert figure[f"{side}_95"] == pytest.approx(100 * found[f"{side}95_0cl"], rel=1e-9)
            assert figure[f"{side}_99_8"] == pytest.approx(100 * found[f"{side}99_8cl"], rel=1e-9)


# From a figure back to the file


@pytest.mark.parametrize("authority", ["dudley", "birmingham"])
def test_every_figure_can_be_recomputed_from_the_raw_files(
    authority: str, figures: dict[Figure, Row], marts: psycopg.Connection[Row], warehouse: Settings
) -> None:
    """Bridge row -> file, line and column -> text -> number -> measure -> indicator, without the warehouse."""
    sources = marts.execute(
        """
        select cells.*, submissions.sender, submissions.return_code, submissions.period_code as folder
        from marts.bridge_measure_source as cells
        inner join marts.dim_submission as submissions on cells.submission_id = submissions.submission_id
        where cells.authority_code = %s
        """,
        [authority],
    ).fetchall()
    measures: dict[tuple[str, str], list[float | None]] = defaultdict(list)
    for source in sources:
        text = raw_text(Path(warehouse.landing), source)
        assert text == source["raw_value"], source
        measures[source["period_code"], source["measure_code"]].append(number(text))
    recomputed = 0
    own = {key: figure for key, figure in figures.items() if key[0] == authority and figure["value"] is not None}
    for (_, period, indicator), figure in own.items():
        if indicator == "E44":  # its numerator is worked out by a model, tested there
            continue
        parts = components(indicator, figure["definition_version"])
        numerator, denominator = (
            sum(weight * total(measures[period, measure]) for measure, weight in parts[role])
            for role in ("numerator", "denominator")
        )
        multiplier = float(definition(indicator, figure["definition_version"])["multiplier"])
        assert figure["numerator"] == same(numerator), (period, indicator)
        assert figure["value"] == same(multiplier * numerator / (denominator if parts["denominator"] else 1))
        recomputed += 1
    assert recomputed == sum(indicator != "E44" for _, _, indicator in own) > 500


def raw_text(landing: Path, source: Row) -> str:
    """What stands in the file where the bridge says the figure stands."""
    if source["basis"] == "published":
        folder = landing / "_published" / source["sender"] / source["return_code"] / source["folder"]
        column = cells_of(folder / source["file_name"])[1].index(source["item_code"]) + 1
    else:
        folder = landing / source["sender"] / source["return_code"] / source["folder"]
        column = source["column_number"]
    return cell(folder / source["file_name"], source["line_number"], column)


def cell(path: Path, line: int, column: int) -> str:
    return cells_of(path)[line][column - 1]


@cache
def cells_of(path: Path) -> dict[int, list[str]]:
    """The records of a CSV file by the line they start on."""
    reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    found, start = {}, 1
    for cells in reader:
        found[start] = cells
        start = reader.line_num + 1
    return found


def number(text: str) -> float | None:
    return None if text.strip() in ("", "NA", "..", "-") else float(text.replace(",", ""))


def total(parts: list[float | None]) -> float:
    """An empty part counts as none; that this may be done is the crosswalk's business, and tested elsewhere."""
    return sum(part or 0 for part in parts)


@cache
def components(indicator: str, version: int) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = {"numerator": [], "denominator": []}
    for row in records(SEEDS / "register" / "register_components.csv"):
        if (row["indicator_code"], int(row["definition_version"])) == (indicator, version):
            found[row["role"]].append((row["measure_code"], float(row["weight"])))
    return found


@cache
def definition(indicator: str, version: int) -> Row:
    (found,) = [
        row
        for row in records(SEEDS / "register" / "register_indicators.csv")
        if (row["indicator_code"], int(row["definition_version"])) == (indicator, version)
    ]
    return found


# Comparators


def test_neighbours_are_pooled_from_the_figures_of_the_published_ones(
    marts: psycopg.Connection[Row], members: dict[str, Row], shared_data: Path
) -> None:
    """A1 of 2024-25 by hand: from the publisher's counts and the list of each member's neighbours."""
    three_or_more, total = "With 3 or more placements during the year", "Total children"
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for row in records(shared_data / "dfe" / PUBLISHED["la_cla_placement_stability"]):
        is_of_a1 = (row["time_period"], row["cla_group"]) == ("2025", "CLA on 31 March")
        if is_of_a1 and row["old_la_code"] and row["children_count"].isdigit():
            counts[int(row["old_la_code"])][row["placement_stability"]] = int(row["children_count"])
    neighbours: dict[int, list[int]] = defaultdict(list)
    for row in records(shared_data / "published" / "statistical_neighbours_2025_wm.csv"):
        neighbours[int(row["la_number"])].append(int(row["neighbour_la_number"]))
    found = {
        row["authority_code"]: row
        for row in marts.execute(
            "select * from marts.fct_comparison where indicator_code = 'A1' and period_code = '2024-25'"
            " and basis = 'published' and comparator_set = 'statistical_neighbours'"
        ).fetchall()
    }
    for code, member in members.items():
        ten = neighbours[member["dfe_la_number"]]
        counted = [counts[number] for number in ten if {three_or_more, total} <= counts[number].keys()]
        pooled = 100 * sum(row[three_or_more] for row in counted) / sum(row[total] for row in counted)
        row = found[code]
        assert row["pooled_value"] == row["comparator_value"] == same(pooled), code
        assert (row["n"], row["n_missing"]) == (len(counted), 10 - len(counted))
        assert not row["is_in_baseline"]
        assert row["false_alarm_probability"] == same(1 - 0.95 ** len(counted))


def test_a_neighbour_elsewhere_is_a_neighbour_and_one_without_a_figure_is_missing(
    marts: psycopg.Connection[Row], shared_data: Path
) -> None:
    """Of PSS EX1 only members have sent; Birmingham and Warwickshire have no neighbour among them."""
    in_the_club: dict[int, int] = defaultdict(int)
    for row in records(shared_data / "published" / "statistical_neighbours_2025_wm.csv"):
        in_the_club[int(row["la_number"])] += row["neighbour_in_west_midlands"] == "True"
    rows = marts.execute(
        "select dfe_la_number, name, n, n_missing from marts.dim_authority as authorities"
        " left join marts.fct_comparison as comparisons"
        " on authorities.authority_code = comparisons.authority_code"
        " and comparator_set = 'statistical_neighbours' and indicator_code = 'B8' and period_code = '2007-08'"
        " where is_member"
    ).fetchall()
    compared = {row["dfe_la_number"]: row["n"] or 0 for row in rows}
    assert compared == {number: in_the_club[number] for number in compared}
    assert {row["name"] for row in rows if row["n"] is None} == {"Birmingham", "Warwickshire"}
    # Neighbours that came into being later are none of 2007-08.
    assert all(row["n"] + row["n_missing"] <= 10 for row in rows if row["n"])


# The workbook road; last, because it brings newer submissions into force


@pytest.mark.parametrize("authority", ["dudley", "telford-and-wrekin"])
def test_the_workbooks_of_2004_05_give_the_measures_of_the_csv_files(
    authority: str, warehouse: Settings, marts: psycopg.Connection[Row], shared_data: Path, tmp_path: Path
) -> None:
    """The national workbooks hold a sheet a council; the one named after the authority is taken."""
    statement = (
        "select measure_code, value, submission_id from marts.fct_measure"
        " where authority_code = %s and period_code = '2004-05'"
    )
    from_csv = marts.execute(statement, [authority]).fetchall()
    delivery = tmp_path / authority / "pss_ex1" / "2004-05"
    delivery.mkdir(parents=True)
    for table in ("activity", "spend"):
        shutil.copy(shared_data / "workbooks" / f"pss_ex1_2004-05_{table}.xls", delivery)
    run_road(warehouse_settings(warehouse.state_folder, tmp_path))
    build_marts(warehouse)
    from_workbook = marts.execute(statement, [authority]).fetchall()
    assert len(from_workbook) == len(from_csv) >= 14
    assert {row["submission_id"] for row in from_csv}.isdisjoint({row["submission_id"] for row in from_workbook})
    expected = {row["measure_code"]: row["value"] for row in from_csv}
    for row in from_workbook:
        if row["value"] is None:
            assert expected[row["measure_code"]] is None, row
        else:
            assert row["value"] == pytest.approx(expected[row["measure_code"]], rel=1e-9), row


def test_the_models_that_the_comparison_page_reads_are_in_its_exposure() -> None:
    exposures = yaml.safe_load((DBT_PROJECT / "models" / "_exposures.yml").read_text())["exposures"]
    (page,) = [exposure for exposure in exposures if exposure["name"] == "comparison_page"]
    room = DBT_PROJECT.parent / "reporting" / "comparison"
    read = "".join(path.read_text() for path in room.glob("*.py"))
    named = set(re.findall(r"marts\.([a-z_]+)", read)) | set(re.findall(r'mart="([a-z_]+)"', read))
    assert len(named) > 10
    assert {f"ref('{name}')" for name in named} == set(page["depends_on"])
