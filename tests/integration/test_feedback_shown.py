"""What a report shows of findings besides their places: rows, values, changes, and what the sender said."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from python_calamine import load_workbook
from typer.testing import CliRunner

from ingestion.cli.app import app
from ingestion.errors import ClubError
from ingestion.feedback.explanations import explain
from ingestion.feedback.report import write_feedback
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse, run_road
from tests.support.child_returns import PERIOD, TABLES, write_return
from tests.support.warehouses import settings_in

EVIL = '=HYPERLINK("http://x","y")'
SAID = "The hospital's letter has this date, see [our note]"


@pytest.fixture(scope="module")
def twice(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse to which Dudley has sent a return twice: of rule 101 one finding is new and one gone."""
    settings = empty_warehouse(settings_in(prepared_home, tmp_path_factory.mktemp("landing")))
    send(settings, "C7,X,01/02/2016,WBRI,,,", "C8,X,01/02/2016,WBRI,,,")
    send(settings, f'"=C9","{EVIL.replace(chr(34), chr(34) * 2)}",01/02/2016,WBRI,,,', "C7,X,01/02/2016,WBRI,,,")
    return settings


@pytest.fixture
def reader(twice: Settings) -> Iterator[psycopg.Connection]:
    with connect(twice, Role.LOADER, autocommit=True) as connection:
        yield connection


def send(settings: Settings, *children: str) -> None:
    """Send a return with these rows in HEADER besides the one that is right."""
    folder = Path(settings.landing) / "dudley" / "ssda903" / PERIOD
    write_return(folder, header=[*TABLES["header"], *children])
    run_road(settings, "ssda903")
    write_feedback(settings)


def report(settings: Settings, version: int) -> Path:
    return settings.outbox / "dudley" / "ssda903" / PERIOD / f"v{version}"


def findings_of(connection: psycopg.Connection, version: int, rule: str) -> list[int]:
    rows = connection.execute(
        "select finding_id from ledger.finding inner join ledger.submission using (submission_id)"
        " where version = %s and rule_code = %s order by line_number",
        [version, rule],
    ).fetchall()
    return [number for (number,) in rows]


def test_the_workbook_is_to_be_worked_through_and_runs_nothing(twice: Settings):
    path = report(twice, 2) / "findings.xlsx"
    headings, *rows = load_workbook(path).get_sheet_by_index(0).to_python()
    assert headings[:7] == ["Child", "File", "Line", "Column", "Heading", "What it means", "Found"]
    assert ["=C9", EVIL] in [[row[0], row[6]] for row in rows]

    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert len(re.findall("customWidth", sheet)) >= 8
    assert list(report(twice, 2).glob(".*")) == []


def test_a_rule_says_what_stood_there_and_what_is_allowed(twice: Settings):
    page = (report(twice, 1) / "rules" / "101.html").read_text()
    assert "<code>X</code> (2)" in page
    assert f"Allowed in {PERIOD}: <code>M</code> Male" in page


def test_the_row_of_a_child_is_shown_with_the_cell_marked(twice: Settings):
    pages = [path.read_text() for path in (report(twice, 1) / "children").glob("*.html")]
    (page,) = (page for page in pages if "<h1>Child C7</h1>" in page)
    assert "<mark>X</mark>" in page
    assert "01/02/2016" in page
    assert "C8" not in page


def test_a_later_version_says_what_is_gone_and_what_is_new(twice: Settings):
    assert "Since version" not in (report(twice, 1) / "feedback.html").read_text()
    page = (report(twice, 2) / "feedback.html").read_text()
    assert "Since version 1" in page
    row = re.search(r'<th scope="row">Rule 101</th>(.*)</tr>', page)
    assert row is not None
    assert re.findall(r">(\d+)<", row.group(1)) == ["2", "1", "1", "2"]


def test_the_years_are_shown_without_the_figures_of_few_others(twice: Settings):
    page = (report(twice, 2) / "feedback.html").read_text()
    assert "Over the years" in page
    assert re.search(rf'<th scope="row">{PERIOD}</th><td class="number">\d', page)


def test_what_was_said_of_a_finding_is_shown_when_it_arises_again(twice: Settings, reader: psycopg.Connection):
    _, number = findings_of(reader, 2, "101")
    explain(twice, number, SAID, "A. Data-Lead", whole_rule=False)
    send(twice, "C5,X,01/02/2016,WBRI,,,", "C7,X,01/02/2016,WBRI,,,")

    page = (report(twice, 3) / "rules" / "101.html").read_text()
    assert page.count("Explained by A. Data-Lead") == 1
    explained = next(line for line in page.splitlines() if "Explained by" in line)
    assert "<td>C7</td>" in explained
    sheet = load_workbook(report(twice, 3) / "findings.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet if SAID in row] == ["C7"]
    held = reader.execute("select e::text from ledger.explanation as e").fetchall()
    assert not [text for (text,) in held if "C7" in text]


def test_the_officer_sees_at_sign_off_what_the_sender_said(
    twice: Settings, reader: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
):
    number, *_ = findings_of(reader, 3, "101")
    reader.execute("update ledger.finding set needs_sign_off = true where finding_id = %s", [number])
    reader.execute("update ledger.submission set state = 'awaiting_sign_off' where version = 3")
    monkeypatch.setenv("CLUB_HOME", str(twice.home))
    told = CliRunner().invoke(app, ["explain", str(number), SAID, "--by", "B. Lead", "--whole-rule"])
    assert told.exit_code == 0, told.output

    result = CliRunner().invoke(app, ["sign-off", "3", "--reason", "Asked.", "--by", "officer"])
    assert result.exit_code == 0, result.output
    assert f"explained by B. Lead: {SAID}" in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("number", "text", "sentence"),
    [(10**9, "It is right.", "There is no finding 1000000000"), (1, "  ", "the explanation is empty")],
)
def test_what_cannot_be_explained_gets_a_sentence(twice: Settings, number: int, text: str, sentence: str):
    with pytest.raises(ClubError, match=sentence):
        explain(twice, number, text, "A. Data-Lead", whole_rule=False)
