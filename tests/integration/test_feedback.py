"""Reports are written for the returns that are named, and a spreadsheet runs nothing of their findings."""

import csv
import io
import shutil
from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ingestion.collect.answer_forms import keep_form
from ingestion.feedback.due import Due, due_day
from ingestion.feedback.findings import BYTE_ORDER_MARK, plain
from ingestion.feedback.report import write_feedback
from ingestion.outbox.spreadsheets import neutral, neutralised
from ingestion.returns.forms import form_of
from ingestion.settings import Settings
from tests.conftest import run_road
from tests.support.child_returns import PERIOD, write_return
from tests.support.returns import sample_return
from tests.unit.test_spreadsheets import RUN, SAFE

FORM, PERSONS = "pss_ex1", "ssda903"


@pytest.fixture
def both(settings: Settings) -> Settings:
    """A form and a return of persons of one authority, decided; nothing in the outbox."""
    shutil.rmtree(settings.outbox, ignore_errors=True)
    sample_return("dudley", "2006-07").deliver(settings)
    write_return(Path(settings.landing) / "dudley" / PERSONS / PERIOD)
    run_road(settings, FORM)
    run_road(settings, PERSONS)
    return settings


def reports(settings: Settings) -> dict[str, int]:
    """When the first page of each report was written, by return."""
    return {
        path.relative_to(settings.outbox).parts[1]: path.stat().st_mtime_ns
        for path in settings.outbox.rglob("feedback.html")
    }


def test_only_the_named_returns_get_reports_and_the_index_stays_whole(both: Settings) -> None:
    write_feedback(both, return_codes=[FORM])
    assert set(reports(both)) == {FORM}
    written = reports(both)[FORM]

    write_feedback(both, return_codes=[PERSONS])
    assert set(reports(both)) == {FORM, PERSONS}
    assert reports(both)[FORM] == written
    index = (both.outbox / "dudley" / "index.html").read_text()
    assert f'href="{FORM}/2006-07/v1/feedback.html"' in index
    assert f'href="{PERSONS}/{PERIOD}/v1/feedback.html"' in index


def test_a_report_of_another_return_is_left_alone_even_when_it_is_not_up_to_date(both: Settings) -> None:
    write_feedback(both)
    page = both.outbox / "dudley" / FORM / "2006-07" / "v1" / "feedback.html"
    page.write_text("an older layout")

    assert write_feedback(both, return_codes=[PERSONS]) == []
    assert page.read_text() == "an older layout"
    assert page in write_feedback(both)


def test_the_row_of_a_form_is_shown_as_it_was_sent_with_the_cell_marked(settings: Settings) -> None:
    sample = sample_return("birmingham", "2006-07")
    cell = sample.spend_cell("BA1", "own_provision")
    sample.with_cell("spend.csv", cell, "see <b>note</b>").deliver(settings)
    run_road(settings, FORM)
    write_feedback(settings)
    report = settings.outbox / "birmingham" / FORM / "2006-07" / "v1"
    page = (report / "files.html").read_text()
    (row,) = (line for line in page.splitlines() if f'id="f1-{cell[0]}"' in line)

    assert "<mark>see &lt;b&gt;note&lt;/b&gt;</mark>" in row
    assert f"<td>{sample.value('spend.csv', (cell[0], 2))}</td>" in row
    assert "stands where a number is expected" in page
    assert "<b>note" not in page
    assert f'<a href="files.html#f1-{cell[0]}">spend.csv, line {cell[0]}' in (report / "feedback.html").read_text()


def test_a_round_of_answers_is_due_on_the_day_on_which_it_closes(loader: psycopg.Connection) -> None:
    keep_form(loader, form_of("definition_quiz", "2026-1"))

    assert due_day(loader, "definition_quiz", "2026-1") == Due(date(2026, 10, 9), is_assumed=False)
    assert due_day(loader, "definition_quiz", "a round that nobody asks") is None
    assert due_day(loader, PERSONS, "2025-26") == Due(date(2026, 5, 31), is_assumed=True)


def test_a_return_that_nobody_sent_writes_nothing(both: Settings) -> None:
    before = sorted(both.outbox.rglob("*"))
    assert write_feedback(both, return_codes=["lait"]) == []
    assert sorted(both.outbox.rglob("*")) == before


@pytest.mark.parametrize("cell", [*RUN, *(cell for cell in SAFE if cell is None or isinstance(cell, str))])
def test_postgresql_neutralises_cells_as_python_does(loader: psycopg.Connection, cell: str | None) -> None:
    assert text(loader, neutralised(sql.SQL("{}::text").format(sql.Literal(cell)))) == neutral(cell)


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [("Run `club load`, then `club up`.", "Run club load, then club up."), ("5` long", "5` long"), ("``", "``")],
)
def test_a_sentence_loses_its_back_ticks_in_the_csv_file(
    loader: psycopg.Connection, sentence: str, shown: str
) -> None:
    assert text(loader, plain(sql.Literal(sentence))) == shown


def test_the_csv_file_of_a_form_opens_in_excel_and_keeps_every_cell(
    both: Settings, loader: psycopg.Connection
) -> None:
    loader.execute(
        """
        insert into ledger.finding
            (submission_id, file_id, rule_code, severity, dimension, line_number, column_name, value, message)
        select submission_id, null, 'pss_ex1.invented', 'warning', 'validity', null, 'B', '=HYPERLINK("http://x")',
            '=1, see `NOTES`'
        from ledger.submission where return_code = 'pss_ex1'
        """
    )
    write_feedback(both)
    content = (both.outbox / "dudley" / FORM / "2006-07" / "v1" / "findings.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(content.removeprefix(BYTE_ORDER_MARK))))
    (row,) = (row for row in rows if row["rule"] == "pss_ex1.invented")

    assert content.startswith(BYTE_ORDER_MARK)
    assert list(row) == [
        "severity",
        "rule",
        "dimension",
        "file",
        "line",
        "column",
        "value",
        "sentence",
        "cause",
        "number",
    ]
    assert row["value"] == '\'=HYPERLINK("http://x")'
    assert row["file"] == row["line"] == ""
    assert (row["column"], row["sentence"]) == ("B", "'=1, see NOTES")


def text(connection: psycopg.Connection, expression: sql.Composable) -> str | None:
    """The value of an SQL expression."""
    row = connection.execute(sql.SQL("select {}").format(expression)).fetchone()
    return row[0] if row else None
