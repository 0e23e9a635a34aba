"""The outbox gets the report on a return of persons, and loses values and persons when they are purged."""

import csv
import io
import shutil
from pathlib import Path

import psycopg
import pytest
from python_calamine import load_workbook

from ingestion.feedback.report import FINDINGS_OF_A_RULE, write_feedback
from ingestion.retention import purge_children
from ingestion.settings import Settings
from tests.conftest import run_road
from tests.support.child_returns import PERIOD, TABLES, write_return

CHILD, VALUE = "SECRET77", "NOTASEX"


def deliver(settings: Settings, authority: str = "dudley", **lines: list[str]) -> Path:
    write_return(Path(settings.landing) / authority / "ssda903" / PERIOD, **lines)
    return settings.outbox / authority / "ssda903" / PERIOD / "v1"


@pytest.fixture(autouse=True)
def empty_outbox(settings: Settings) -> None:
    """Numbers begin anew with each test: a report of the one before would pass for up to date."""
    shutil.rmtree(settings.outbox, ignore_errors=True)


@pytest.fixture
def report(settings: Settings) -> Path:
    """A report on a return with one child whose sex is wrong."""
    folder = deliver(settings, header=[*TABLES["header"], f"{CHILD},{VALUE},01/02/2016,WBRI,,,"])
    run_road(settings, "ssda903")
    write_feedback(settings)
    return folder


def findings(report: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((report / "findings.csv").read_text("utf-8-sig"))))


def texts(report: Path) -> str:
    """Everything that a report says, in its pages, its CSV file and its workbook."""
    cells = load_workbook(report / "findings.xlsx").get_sheet_by_index(0).to_python()
    files = (path for path in report.rglob("*") if path.is_file() and path.suffix != ".xlsx")
    return "".join(path.read_text("utf-8-sig") for path in files) + str(cells)


def test_the_outbox_gets_pages_by_rule_and_by_child(settings: Settings, report: Path):
    (finding,) = (row for row in findings(report) if row["rule"] == "101")
    assert (finding["child"], finding["value"], finding["line"]) == (CHILD, VALUE, "3")
    main = (report / "feedback.html").read_text()
    assert "Dudley" in main and "Rule 101" in main
    assert VALUE in (report / "rules" / "101.html").read_text()
    assert CHILD in (report / "children.html").read_text()
    assert 'href="ssda903/2025-26/v1/feedback.html"' in (settings.outbox / "dudley" / "index.html").read_text()


def test_the_files_are_gone_through_one_after_the_other(report: Path):
    page = (report / "files.html").read_text()
    (line,) = (line for line in page.splitlines() if 'href="rules/101.html"' in line)
    assert '<th scope="row">SEX (B)</th>' in line
    assert line.endswith('<td class="number">1</td><td class="number">3</td></tr>')
    assert 'href="files.html"' in (report / "feedback.html").read_text()
    assert CHILD not in page and VALUE not in page


def test_a_report_that_is_up_to_date_is_left_alone(settings: Settings, report: Path):
    before = {path: path.stat().st_mtime_ns for path in report.rglob("*")}

    assert write_feedback(settings) == []
    assert {path: path.stat().st_mtime_ns for path in report.rglob("*")} == before


def test_the_ledger_holds_no_value_and_the_purge_takes_them_out_of_the_report(
    settings: Settings, report: Path, loader: psycopg.Connection
):
    count = len(findings(report))
    assert loader.execute("select count(*) from ledger.finding where value is not null").fetchone() == (0,)

    purge_children(settings, days=0)

    assert CHILD not in texts(report) and VALUE not in texts(report)
    assert "C1" not in texts(report)
    assert not (report / "children.html").exists()
    assert list((report / "children").glob("*")) == []
    assert len(findings(report)) == count
    assert {(row["child"], row["value"]) for row in findings(report)} == {("", "")}
    assert "were purged on" in (report / "feedback.html").read_text()
    assert "Rule 101" in (report / "feedback.html").read_text()
    assert write_feedback(settings) == []


def test_a_report_shows_its_own_submission_alone(settings: Settings):
    wrong = [TABLES["header"][0], f"{CHILD},{VALUE},01/02/2016,WBRI,,,"]
    dudley, walsall = deliver(settings), deliver(settings, "walsall", header=wrong)
    run_road(settings, "ssda903")
    write_feedback(settings)

    assert CHILD in texts(walsall)
    assert CHILD not in texts(dudley)
    assert "101" not in {row["rule"] for row in findings(dudley)}


def test_a_page_shows_the_first_and_the_csv_file_all(settings: Settings):
    many = FINDINGS_OF_A_RULE + 7
    header = [TABLES["header"][0], *(f"X{n},{VALUE},01/02/2016,WBRI,,," for n in range(many))]
    report = deliver(settings, header=header)
    run_road(settings, "ssda903")
    write_feedback(settings)

    page = (report / "rules" / "101.html").read_text()
    assert f"The first {FINDINGS_OF_A_RULE}; all {many} are in" in page
    assert page.count(f'<td class="as-sent">{VALUE}') == FINDINGS_OF_A_RULE
    of_rule = [row for row in findings(report) if row["rule"] == "101"]
    assert [int(row["line"]) for row in of_rule] == list(range(2, many + 2))
    assert f"of {many + 1} who have any" in (report / "children.html").read_text()


def test_markup_in_a_cell_is_shown_and_never_run(settings: Settings):
    evil = "<script>alert(1)</script>"
    report = deliver(settings, header=[*TABLES["header"], f"{evil},{evil},01/02/2016,WBRI,,,"])
    run_road(settings, "ssda903")
    write_feedback(settings)

    pages = "".join(path.read_text() for path in report.rglob("*.html"))
    assert "&lt;script&gt;alert(1)" in pages
    assert "<script" not in pages.lower()


def test_nothing_about_a_child_gets_into_a_log(settings: Settings, capfd: pytest.CaptureFixture[str]):
    deliver(settings, header=[*TABLES["header"], f"{CHILD},{VALUE},01/02/2016,WBRI,,,"])
    run_road(settings, "ssda903")
    write_feedback(settings)
    said = capfd.readouterr()

    assert "collected" in said.out + said.err
    assert CHILD not in said.out + said.err
    assert VALUE not in said.out + said.err
