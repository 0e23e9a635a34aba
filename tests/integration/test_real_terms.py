"""Money in the prices of one year: never anything else, and what rests on a forecast says so."""

import csv
import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ingestion.model.dbt import run_dbt
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from samples.deflators import LAST_OUTTURN, RELEASE, deflator_rows
from samples.tables import write_csv
from tests.conftest import run_road

Prices = dict[str, tuple[float, bool]]
FOLDER = Path("_published") / "hm_treasury" / "gdp_deflators"


@pytest.fixture(scope="module")
def marts(sample_warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(sample_warehouse, Role.ANALYST, autocommit=True) as connection:
        yield connection


def price_levels(rows: list[tuple[str, ...]]) -> Prices:
    """The price level of each year, and whether it is a forecast, worked out without the product."""
    levels: Prices = {}
    for _, label, index, change, *_ in rows:
        if label[:4].isdigit() and label[4:5] == "-":
            is_forecast = index == "-"
            level = levels[max(levels)][0] * (1 + float(change) / 100) if is_forecast else float(index)
            levels[label[:7]] = (level, is_forecast)
    return levels


def deflators(settings: Settings) -> dict[str, tuple[str, float, bool]]:
    with connect(settings, Role.ANALYST) as connection:
        return {
            period: (base, deflator, is_forecast)
            for period, base, deflator, is_forecast in connection.execute(
                "select period_code, base_period, deflator, is_forecast from marts.dim_deflator"
            ).fetchall()
        }


def build_deflators(settings: Settings) -> None:
    run_road(settings, "gdp_deflators")
    run_dbt(
        settings, "run", "--quiet", "--select", "stg_ledger__spells", "stg_ledger__submissions",
        "stg_hm_treasury__gdp_deflators", "dim_deflator",
    )  # fmt: skip


def test_a_year_to_come_carries_the_last_index_on(sample_warehouse: Settings) -> None:
    levels = price_levels(list(deflator_rows(1999)))
    base = f"{LAST_OUTTURN}-{(LAST_OUTTURN + 1) % 100}"
    found = deflators(sample_warehouse)
    assert found.keys() == levels.keys() and any(is_forecast for _, is_forecast in levels.values())
    for period, (level, is_forecast) in levels.items():
        assert found[period] == (base, pytest.approx(100 * level / levels[base][0]), is_forecast)


def test_money_is_shown_in_the_prices_of_the_base_year(marts: psycopg.Connection) -> None:
    (figures, wrong, real) = marts.execute(
        """
        select
            count(*),
            count(*) filter (
                where shown.value_real is null
                    or abs(shown.value_real - shown.value * 100 / prices.deflator) > 1e-9
            ),
            count(*) filter (where abs(shown.value_real - shown.value) > 1)
        from marts.indicator_in_real_terms as shown
        left join marts.dim_deflator as prices using (period_code)
        where shown.value is not null
        """
    ).fetchone() or (0, 0, 0)
    assert wrong == 0 and real > figures / 2 > 1000


def test_nothing_but_money_is_deflated(marts: psycopg.Connection) -> None:
    units = {
        unit for (unit,) in marts.execute("select distinct unit from marts.indicator_in_real_terms").fetchall()
    }
    assert units and all(unit.startswith("£") for unit in units)
    (missed,) = marts.execute(
        "select count(*) from marts.fct_indicator inner join marts.dim_indicator using"
        " (indicator_code, definition_version) where unit ~ '£'"
        " and (authority_code, period_code, indicator_code, basis)"
        " not in (select authority_code, period_code, indicator_code, basis from marts.indicator_in_real_terms)"
    ).fetchone() or (None,)
    assert missed == 0


def test_a_change_in_real_terms_is_between_prices_of_one_year(marts: psycopg.Connection) -> None:
    rows = marts.execute(
        "select period_code, value, previous_value, change, change_real from marts.comparison_in_real_terms"
        " where previous_value is not null"
    ).fetchall()
    levels = price_levels(list(deflator_rows(1999)))
    base, _ = levels[f"{LAST_OUTTURN}-{(LAST_OUTTURN + 1) % 100}"]
    assert len(rows) > 500
    for period, value, previous, change, change_real in rows:
        before = f"{int(period[:4]) - 1}-{period[2:4]}"
        expected = value * base / levels[period][0] - previous * base / levels[before][0]
        assert change_real == pytest.approx(expected, abs=1e-6)
        # Prices rise in every year of the samples: what rises in real terms by less rises in money by more.
        assert change > change_real * levels[period][0] / base - 1e-6


def test_the_base_year_is_a_setting(settings: Settings) -> None:
    """Slow: with another setting dbt reads the whole project anew."""
    write_csv(Path(settings.landing) / FOLDER / RELEASE / "deflators.csv", deflator_rows(1999))
    build_deflators(settings.model_copy(update={"real_terms_base": "2005-06"}))
    levels, found = price_levels(list(deflator_rows(1999))), deflators(settings)
    assert found["2005-06"] == ("2005-06", 100, False)
    assert found["2024-25"][1] == pytest.approx(100 * levels["2024-25"][0] / levels["2005-06"][0])

    # What is set against a forecast rests on it, whatever its own year.
    build_deflators(settings.model_copy(update={"real_terms_base": "2026-27"}))
    assert all(is_forecast for _, _, is_forecast in deflators(settings).values())

    build_deflators(settings.model_copy(update={"real_terms_base": "1950-51"}))
    assert deflators(settings) == {}


def test_a_forecast_behind_one_that_cannot_be_read_is_none(settings: Settings) -> None:
    rows = [list(row) for row in deflator_rows(1999)]
    for row in rows:
        if row[1].startswith("2027-28"):
            row[3] = "-150"
        if row[1] == "2010-11":
            row[2] = "0"
    write_csv(Path(settings.landing) / FOLDER / RELEASE / "deflators.csv", rows)
    build_deflators(settings)
    found = deflators(settings)
    assert "2026-27" in found and not {"2010-11", "2027-28", "2028-29"} & found.keys()
    assert all(math.isfinite(deflator) for _, deflator, _ in found.values())


def test_the_latest_release_is_the_price_level(settings: Settings) -> None:
    for release, seed in (("2024-12", 7), (RELEASE, 1999)):
        write_csv(Path(settings.landing) / FOLDER / release / "deflators.csv", deflator_rows(seed))
    build_deflators(settings)
    levels = price_levels(list(deflator_rows(1999)))
    assert deflators(settings)["2005-06"][1] == pytest.approx(100 * levels["2005-06"][0] / levels["2024-25"][0])


def test_the_treasurys_own_release(settings: Settings, shared_data: Path) -> None:
    source = shared_data / "published" / "gdp_deflators_2023-12.csv"
    folder = Path(settings.landing) / FOLDER / "2023-12"
    folder.mkdir(parents=True)
    shutil.copy(source, folder)
    build_deflators(settings)
    with source.open(encoding="utf-8-sig") as file:
        levels = price_levels([tuple(row) for row in csv.reader(file) if len(row) > 4])
    found = deflators(settings)
    assert found.keys() == levels.keys() and len(found) == 74
    for period, (level, is_forecast) in levels.items():
        assert found[period] == ("2022-23", pytest.approx(level), is_forecast)
    assert found["2007-08"] == ("2022-23", pytest.approx(71.583), False)
    assert found["2024-25"] == ("2022-23", pytest.approx(106.1 * 1.0168), True)
