"""The comparison over the samples: all indicators with figures, in a few queries, on pages that are light."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from ingestion.cli.app import app
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from reporting.comparison import write_comparison_page
from reporting.comparison.groups import grouped
from reporting.comparison.indicator_figures import read_indicators
from reporting.comparison.source import Comparison, read_comparison
from reporting.comparison.theme_figures import read_theme
from reporting.comparison.themes import PLACEMENT_STABILITY

HEAVIEST = 400_000  # bytes
COUNTED = "a1_three_or_more_placements_from_episodes"


@pytest.fixture(scope="module")
def comparison(sample_warehouse: Settings) -> Comparison:
    return read_comparison(sample_warehouse)


@pytest.fixture(scope="module")
def marts(sample_warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(sample_warehouse, Role.ANALYST, autocommit=True) as connection:
        yield connection


def test_every_indicator_that_a_member_has_a_figure_of_is_shown_in_its_latest_year(
    comparison: Comparison, marts: psycopg.Connection
) -> None:
    latest = marts.execute(
        "select indicator_code, max(period_code) from marts.fct_indicator"
        " inner join marts.dim_authority using (authority_code)"
        " where is_member and value is not null group by indicator_code"
    ).fetchall()
    assert len(latest) > 180
    assert {(found.indicator.indicator_code, found.period_code) for found in comparison.indicators} == set(latest)
    assert all(len(found.figures) == 14 and found.n > 0 for found in comparison.indicators)


def test_a_figure_on_the_page_is_that_of_the_mart_and_a_missing_one_has_its_reason(
    comparison: Comparison, marts: psycopg.Connection
) -> None:
    for found in comparison.indicators:
        code = found.indicator.indicator_code
        rows = marts.execute(
            "select facts.authority_code, facts.value, facts.missing_reason, compared.comparator_value,"
            " compared.rank from marts.fct_indicator as facts"
            " inner join marts.dim_authority using (authority_code)"
            " left join marts.fct_comparison as compared"
            " on facts.authority_code = compared.authority_code and facts.period_code = compared.period_code"
            " and facts.indicator_code = compared.indicator_code and facts.basis = compared.basis"
            " and compared.comparator_set = 'region'"
            " where is_member and facts.indicator_code = %s and facts.period_code = %s and facts.basis = %s",
            [code, found.period_code, found.basis],
        ).fetchall()
        shown = {figure.authority_code: figure for figure in found.figures}
        for authority, value, reason, regional, rank in rows:
            figure = shown[authority]
            assert (figure.value, figure.missing_reason, figure.rank) == (value, reason, rank), (code, authority)
            assert (value is None) == (reason is not None)
            assert value is None or (found.region is not None and found.region.value == regional)


def test_all_indicators_are_read_in_a_handful_of_queries(
    marts: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        asked.append(query)
        return execute(self, query, *arguments, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    assert len(read_indicators(marts)) > 180
    assert len(asked) <= 7


def test_pages_of_the_club_and_of_a_member_are_light_and_lead_to_each_other(
    sample_warehouse: Settings, comparison: Comparison
) -> None:
    groups = grouped(comparison.indicators)
    for authority, folder in ((None, "_club"), ("dudley", "dudley")):
        page = write_comparison_page(sample_warehouse, authority)
        assert page == sample_warehouse.outbox / folder / "comparison.html"
        pages = [page, *sorted((page.parent / "comparison").glob("*.html"))]
        assert len(pages) == 1 + len(groups)
        for path in pages:
            text = path.read_text(encoding="utf-8")
            assert len(text.encode()) <= HEAVIEST, path
            assert "<script" not in text and "http" not in text
            assert path.stat().st_mode & 0o077 == 0
            assert_links_lead_somewhere(path, text)
            assert ('class="own"' in text) == (authority is not None)


def assert_links_lead_somewhere(path: Path, text: str) -> None:
    for target in re.findall(r'href="([^"]*)"', text):
        file, _, anchor = target.partition("#")
        led_to = (path.parent / file).read_text(encoding="utf-8") if file else text
        assert not anchor or f'id="{anchor}"' in led_to, (path, target)


def test_a_page_of_a_group_that_is_no_more_is_removed(sample_warehouse: Settings) -> None:
    page = write_comparison_page(sample_warehouse)
    old = page.parent / "comparison" / "nobody.html"
    old.write_text("of another build")
    write_comparison_page(sample_warehouse)
    assert not old.exists()


def test_what_is_counted_from_episodes_is_of_the_latest_year_that_has_any(sample_warehouse: Settings) -> None:
    """It stood in the year of the unit cost beside it, and was not there where that year had no episodes."""
    with connect(sample_warehouse, Role.ADMIN) as connection:
        connection.execute(
            "update marts.placement_stability set a1_three_or_more_placements_from_episodes = 9"
            " where period_code = '2024-25' and authority_code = 'dudley'"
        )
        theme = read_theme(connection, PLACEMENT_STABILITY)
        connection.rollback()
    assert theme.periods[COUNTED] == "2024-25"
    assert theme.periods["b8_weekly_cost"] == "2007-08"
    assert theme.values[COUNTED]["dudley"] == 9


def test_the_command_marks_a_member_and_knows_no_strangers(
    sample_warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUB_HOME", str(sample_warehouse.home))
    monkeypatch.setenv("LANDING_ZONE", sample_warehouse.landing)
    done = CliRunner().invoke(app, ["compare", "--authority", "dudley"])
    assert done.exit_code == 0, done.output
    assert "outbox/dudley/comparison.html" in done.output.replace("\n", "")
    stranger = CliRunner().invoke(app, ["compare", "--authority", "barnet"])
    assert stranger.exit_code == 1
