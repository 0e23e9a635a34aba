"""A build of the changes alone gives what a build of everything gives, and leaves the rest alone."""

import csv
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingestion.model.build import build_marts
from ingestion.model.dbt import run_dbt
from ingestion.model.dbt_outcome import DbtRun
from ingestion.model.inputs import INTO_NEXT_SCHEMAS, ROOM
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from samples import write_samples
from tests.conftest import build_everything, rows_of, run_road, what_others_read
from tests.support.children import episode, send

MORE = 100
OTHERWISE = 61.5  # per cent


@pytest.fixture(scope="module")
def warehouse(sample_warehouse: Settings) -> Settings:
    """All samples, built; parsed by dbt for the port of this copy."""
    run_dbt(sample_warehouse, "parse", "--quiet", room=ROOM, variables=INTO_NEXT_SCHEMAS)
    return sample_warehouse


@pytest.fixture(scope="module")
def landing(warehouse: Settings) -> Path:
    return Path(warehouse.landing)


def rows(settings: Settings, table: str, where: str = "true") -> list[str]:
    with connect(settings, Role.ANALYST) as connection:
        return rows_of(connection, table, where)


def written_rows(connection: psycopg.Connection, mart: str) -> dict[str, int]:
    """How many rows of each authority were written by the newest transaction that wrote any."""
    found = connection.execute(
        f"""
        select authority_code, count(*) from marts.{mart}
        where xmin::text::bigint = (select max(xmin::text::bigint) from marts.{mart})
        group by authority_code
        """
    )
    return dict(found.fetchall())


def test_a_resubmission_is_built_alone_and_gives_what_a_full_build_gives(
    warehouse: Settings, landing: Path
) -> None:
    """Slow, as it builds twice: the changes, and then everything."""
    before = rows(warehouse, "marts.fct_indicator", "authority_code <> 'dudley'")
    send_more_hours(landing, "dudley")
    run_road(warehouse)
    parsed = warehouse.state_folder / ROOM / "target" / "partial_parse.msgpack"
    parsed_at = parsed.stat().st_mtime_ns
    build_marts(warehouse)

    assert parsed.stat().st_mtime_ns == parsed_at, "dbt has parsed the whole project again"
    with connect(warehouse, Role.ADMIN) as connection:
        assert set(written_rows(connection, "fct_indicator")) == {"dudley"}
        assert set(written_rows(connection, "fct_measure")) == {"dudley"}
        assert set(written_rows(connection, "fct_measure_history")) == {"dudley"}
        assert set(written_rows(connection, "restatement")) == {"dudley"}
    assert rows(warehouse, "marts.fct_indicator", "authority_code <> 'dudley'") == before
    of_changes = what_others_read(warehouse)
    build_everything(warehouse)
    assert what_others_read(warehouse) == of_changes


def test_a_first_return_of_a_year_opens_it_for_every_member(warehouse: Settings, landing: Path) -> None:
    """From then on the silent ones show as missing, without a full build. Slow, as it builds twice."""
    write_samples(landing / "more", periods=("2005-06",))
    (landing / "more" / "dudley" / "pss_ex1" / "2005-06").rename(landing / "dudley" / "pss_ex1" / "2005-06")
    run_road(warehouse)
    build_marts(warehouse)
    with connect(warehouse, Role.ANALYST) as connection:
        shown = connection.execute(
            "select authority_code, value is null from marts.fct_indicator"
            " where period_code = '2005-06' and indicator_code = 'B9' and basis = 'submitted'"
        ).fetchall()
        (previous,) = connection.execute(
            "select previous_value from marts.fct_comparison where authority_code = 'dudley'"
            " and period_code = '2006-07' and indicator_code = 'B9' and comparator_set = 'region'"
        ).fetchone() or (None,)
    assert len(shown) == 14
    assert {authority for authority, is_missing in shown if not is_missing} == {"dudley"}
    assert previous is not None
    of_changes = what_others_read(warehouse)
    build_everything(warehouse)
    assert what_others_read(warehouse) == of_changes


def test_returns_of_one_authority_and_year_are_slices_of_their_own(warehouse: Settings, landing: Path) -> None:
    """Children come of a year whose form is held; then the form again, beside the children of another authority.

    Slow, as it builds four times.
    """
    before = hours_of(warehouse)
    send_a_child(warehouse, "dudley")
    build_marts(warehouse)
    assert hours_of(warehouse) == before
    of_changes = what_others_read(warehouse)
    build_everything(warehouse)
    assert what_others_read(warehouse) == of_changes

    send_more_hours(landing, "dudley")
    run_road(warehouse)
    send_a_child(warehouse, "walsall")
    build_marts(warehouse)
    assert hours_of(warehouse) == before | {"dudley": before["dudley"] + MORE}
    of_changes = what_others_read(warehouse)
    build_everything(warehouse)
    assert what_others_read(warehouse) == of_changes


def test_a_new_model_of_neighbours_renews_who_is_compared_with_whom(warehouse: Settings, landing: Path) -> None:
    """In every year, and for figures that nobody has sent again; the other sets stay as they are.

    Slow, as it builds twice: the changes, and then everything.
    """
    others = "comparator_set <> 'statistical_neighbours'"
    before = rows(warehouse, "marts.fct_comparison", others)
    of_2025 = compared_with_neighbours(warehouse)
    model = landing / "_published" / "dfe" / "sn_model"
    (model / "2026").mkdir()
    with (model / "2026" / "sn_model_wide.csv").open("w", newline="") as file:
        csv.writer(file).writerows(with_next_in_the_list(model / "2025" / "sn_model_wide.csv"))
    run_road(warehouse, "sn_model")
    build_marts(warehouse)
    of_changes = what_others_read(warehouse)
    build_everything(warehouse)
    assert what_others_read(warehouse) == of_changes
    of_2026 = compared_with_neighbours(warehouse)
    assert {version for _, _, version, _, _ in of_2025} == {"2025"}
    assert {version for _, _, version, _, _ in of_2026} == {"2026"}
    # In 2005-06 Dudley is the only one with figures, so its neighbours are nothing to be compared with.
    assert {period for period, *_ in of_2026} == {"2006-07", "2007-08"}
    assert [row[-1] for row in of_2025] != [row[-1] for row in of_2026]
    assert rows(warehouse, "marts.fct_comparison", others) == before


def test_an_outcome_that_changes_renews_the_pair_of_the_cost_years_before(
    warehouse: Settings, landing: Path
) -> None:
    """The outcome of 2017-18 stands beside the cost of 2014-15. Slow, as it builds twice."""
    before = outcomes_beside_costs_of(warehouse, "2014-15")
    (release,) = (landing / "_published" / "nhs_digital" / "ascof").iterdir()
    with_another_outcome(release / "ascof.csv", "dudley", "2017-18", OTHERWISE)
    run_road(warehouse, "ascof")
    build_marts(warehouse)
    assert outcomes_beside_costs_of(warehouse, "2014-15") == before | {("dudley", "2017-18"): OTHERWISE}
    of_changes = what_others_read(warehouse)
    build_everything(warehouse)
    assert what_others_read(warehouse) == of_changes


def test_a_pair_goes_by_the_years_of_its_cost_and_of_its_outcome(warehouse: Settings, landing: Path) -> None:
    with connect(warehouse, Role.ANALYST) as connection:
        (before,) = connection.execute("select max(last_decision_id) from marts.build").fetchone() or (0,)
    send_more_hours(landing, "solihull")
    run_road(warehouse)
    run_dbt(warehouse, "compile", "--quiet", "--select", "mart_cost_and_outcome", since_decision=before)
    (compiled,) = (warehouse.state_folder / "dbt" / "target" / "compiled").rglob("mart_cost_and_outcome.sql")
    query = " ".join(compiled.read_text(encoding="utf-8").split())
    for column in ("period_code", "outcome_period_code"):
        assert f" {column} in ('2006-07', '2007-08'))" in query.replace("('submitted' <> 'published' and", "")


def test_what_is_decided_while_a_build_runs_is_left_for_the_next(
    warehouse: Settings, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow, as it builds the changes twice."""
    before = hours_of(warehouse)
    send_more_hours(landing, "dudley")
    run_road(warehouse)

    def run_dbt_meanwhile(*arguments: Any, **options: Any) -> DbtRun:
        send_more_hours(landing, "walsall")
        run_road(warehouse)
        return run_dbt(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr("ingestion.model.build.run_dbt", run_dbt_meanwhile)
        build_marts(warehouse)
    during = hours_of(warehouse)
    assert (during["dudley"], during["walsall"]) == (before["dudley"] + MORE, before["walsall"])
    build_marts(warehouse)
    assert hours_of(warehouse) == during | {"walsall": before["walsall"] + MORE}


def send_a_child(settings: Settings, authority: str) -> None:
    """Send a children's return of 2006-07 with one child, and take it in."""
    send(settings, authority, "2006-07", {"episodes": [episode("ann", "2006-05-01", "S", "U6", "2006-09-01")]})


def send_more_hours(landing: Path, authority: str) -> None:
    """Send the return of 2006-07 again with more hours of home care by the council's own staff."""
    path = landing / authority / "pss_ex1" / "2006-07" / "activity.csv"
    lines = list(csv.reader(path.read_text().splitlines()))
    (hours,) = (cells for cells in lines if cells[0].lower().startswith("table 1 line 4 column a"))
    hours[1] = str(int(hours[1]) + MORE)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(lines)


def hours_of(settings: Settings) -> dict[str, float]:
    """Return the hours of home care in 2006-07, by authority."""
    with connect(settings, Role.ANALYST) as connection:
        return dict(
            connection.execute(
                "select authority_code, value from marts.fct_measure where period_code = '2006-07'"
                " and measure_code = 'hh1_hours_la' and basis = 'submitted'"
            ).fetchall()
        )


def outcomes_beside_costs_of(settings: Settings, period: str) -> dict[tuple[str, str], float]:
    """The outcomes of reablement beside the costs of this year, by authority and their own year."""
    with connect(settings, Role.ANALYST) as connection:
        found = connection.execute(
            "select authority_code, outcome_period_code, outcome_value from marts.mart_cost_and_outcome"
            " where pair_code = 'asc_home_care_reablement' and comparator_set = 'region' and period_code = %s",
            [period],
        )
        return {(authority, outcome_period): value for authority, outcome_period, value in found}


def compared_with_neighbours(settings: Settings) -> list[tuple]:
    """The comparisons of B9 with statistical neighbours."""
    with connect(settings, Role.ANALYST) as connection:
        return connection.execute(
            "select period_code, authority_code, comparator_version, n, comparator_value"
            " from marts.fct_comparison where comparator_set = 'statistical_neighbours'"
            " and indicator_code = 'B9' order by 1, 2"
        ).fetchall()


def with_another_outcome(path: Path, authority: str, period: str, value: float) -> None:
    """Write the publisher's file anew with another share at home after reablement."""
    lines = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    (line,) = (
        cells for cells in lines
        if cells[0] == period and cells[1] == authority.title() and "still at home 91 days" in cells[4]
    )  # fmt: skip
    line[5] = str(value)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)


def with_next_in_the_list(path: Path) -> list[list[str]]:
    """The same table of neighbours, where everybody's are the ten that come after it in the table."""
    header, *lines = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    numbers = [line[header.index("old_la_code")] for line in lines]
    for place, line in enumerate(lines):
        for rank in range(1, 11):
            line[header.index(f"SN_{rank}")] = numbers[(place + rank) % len(numbers)]
    return [header, *lines]
