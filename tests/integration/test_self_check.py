"""An authority checks its own return of children: what it is told, how it ends, and that nothing stays behind."""

import csv
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from ingestion.check.needs import NEEDS
from ingestion.cli.app import app
from ingestion.errors import ClubError
from ingestion.operation.check_database import check_database
from ingestion.operation.check_outcome import SelfCheck
from ingestion.operation.own_return import OwnReturn
from ingestion.operation.self_check import finding_places, self_check
from tests.support.child_returns import TABLES, write_return
from tests.support.returns import sample_return

# A shell that starts this in the background has its children ignore an interrupt.
PROGRAM = """
import signal; signal.signal(signal.SIGINT, signal.default_int_handler)
from ingestion.cli.app import app; app()
"""


TELLS_WHAT_IT_LOADED = """
import atexit, sys
atexit.register(lambda: print(*sorted({name.partition(".")[0] for name in sys.modules})))
from ingestion.cli.app import app; app()
"""


def checked(*paths: Path, report: Path | None = None, **facts) -> SelfCheck:
    return self_check(OwnReturn("ssda903", paths, **facts), report, lambda _: None)


@pytest.fixture(autouse=True)
def _somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the report that nobody asked for lie where it is in nobody's way."""
    monkeypatch.chdir(tmp_path)


def club(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", "ssda903", *map(str, arguments)])


def sentences(result: SelfCheck, rule_code: str) -> list[str]:
    return [line.message for line in result.lines if line.rule_code == rule_code]


def workbook(path: Path, tables: dict[str, list[str]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in tables.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line.split(","))
    book.save(path)
    return path


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder for temporary files that nobody else writes to, and that the server's own user can walk into."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    for each in (folder, *folder.parents):
        if each.stat().st_uid == os.geteuid() and each != Path("/") and not each.stat().st_mode & 0o001:
            each.chmod(each.stat().st_mode | 0o011)
    return folder


def servers(scratch: Path) -> set[int]:
    return {
        process.pid
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres" and str(scratch) in " ".join(process.info["cmdline"] or ())
    }


def test_a_return_without_faults_ends_with_0_and_leaves_nothing_behind(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    result = club(write_return(tmp_path / "return"), "--report", tmp_path / "report", "--rules")

    assert result.exit_code == 0, result.output
    assert "Checked as the return of 2025-26" in result.output
    assert "structure.no_rows" in result.output  # said, and nothing to do about it
    assert "It would be accepted" in (tmp_path / "report" / "index.html").read_text()
    assert list(scratch.glob("club-*")) == []
    assert servers(scratch) == set()


def test_findings_end_with_1_and_stand_in_the_report_by_rule_and_by_child(tmp_path: Path):
    header = [*TABLES["header"], 'C2,9,01/02/2016,WBRI,"=1+1",,', "C1,M,10/05/2015,WBRI,A123456789012,,"]
    folder = write_return(tmp_path / "return", header=header)
    result = club(folder, "--year", "2025-26", "--report", tmp_path / "report")

    assert result.exit_code == 1, result.output
    report = tmp_path / "report"
    rows = list(csv.DictReader(io.StringIO((report / "findings.csv").read_text("utf-8-sig"))))
    (sex,) = (row for row in rows if row["rule"] == "101")
    assert sex["file"] == "header.csv"
    assert sex["line"] == "3"
    assert (sex["column"], sex["spreadsheet column"], sex["table"]) == ("SEX", "B", "header")
    assert (sex["child"], sex["value"], sex["severity"]) == ("C2", "9", "warning")
    assert "Enter M for male" in sex["sentence"]
    assert "'=1+1" in {row["value"] for row in rows}  # a spreadsheet would run it without the apostrophe
    assert not any(row["value"].startswith("=") for row in rows)
    order = [("critical", "warning", "info").index(row["severity"]) for row in rows]
    assert order == sorted(order)

    main = (report / "index.html").read_text()
    assert 'href="rules/101.html"' in main
    page = (report / "rules" / "101.html").read_text()
    assert "SEX (B)" in page and "C2" in page
    assert "C2" in (report / "children.html").read_text()
    by_child = [path.read_text() for path in (report / "children").iterdir()]
    assert any("Child C2" in page and "Rule 101" in page for page in by_child)
    for text in (main, page, *by_child):
        assert "http" not in text and "<script" not in text and "<link" not in text


def test_the_screen_says_in_ten_lines_what_was_read_what_comes_first_by_when_and_where_to_read_on(tmp_path: Path):
    wrong = [f"C{number},9,01/02/2016,WBRI,,," for number in range(2, 40)]
    folder = write_return(tmp_path / "return", header=[*TABLES["header"], *wrong])
    result = club(folder, "--year", "2025-26", "--authority", "dudley")

    said = result.output.splitlines()
    # A sentence may take two lines of a screen as narrow as this.
    assert len([line for line in said if line[:2] in ("• ", "✓ ", "✗ ", "  ")]) <= 10, result.output
    rows = sum(len(lines) - 1 for lines in TABLES.values()) + len(wrong)
    whole = " ".join(" ".join(said).split())
    assert re.search(
        rf"Read {len(TABLES)} files with {rows} rows; \d+ rules found nothing; \d+ rules not run", whole
    )
    assert "The return would be accepted with warnings: 0 critical findings" in whole
    (place,) = (number for number, line in enumerate(said) if re.match(r"• Put .*right first: ", line))
    assert re.match(r"  1\. header\.csv, .*: \d+ findings", said[place + 1])
    assert re.search(r"Send it to the club's folder `dudley/ssda903/2025-26` .*31 May 2026", whole)
    assert f"Open {tmp_path}/club-check/index.html" in result.output.replace("\n", "")
    assert (tmp_path / "club-check").stat().st_mode & 0o077 == 0
    assert not re.search(r"\bC\d+\b", result.output)  # no child on a screen that others may see


def test_every_kind_of_bad_file_is_named_and_the_rest_is_checked(tmp_path: Path):
    folder = write_return(
        tmp_path / "return",
        header=[*TABLES["header"], "C2,9,01/02/2016,WBRI,,,", "C3,M,01/02/2016"],
        ad1=None,
        uasc=None,
        oc3=[TABLES["oc3"][0].lower() + ",Note"],
        missing=["\ufeff" + TABLES["missing"][0], 'C1,10/05/2015,"M\nor ""A""",01/06/2025,02/06/2025'],
    )
    (folder / "placed_adoption.csv").write_bytes(f"{TABLES['placed_adoption'][0]}\nJosé,,,,\n".encode("latin-1"))
    (folder / "scan.csv").write_bytes(b"%PDF-1.7 ...")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "other.csv").write_text("NAME,AGE\nx,1\n")
    (folder / "half.csv").write_text("CHILD,DOB,PREV_PERM\nC1,,\n")
    (folder / "semicolons.csv").write_text("\n".join(TABLES["reviews"]).replace(",", ";"))
    (folder / "title.csv").write_text("Dudley\n" + "\n".join(TABLES["reviews"]))
    (folder / "entity.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">]><MESSAGE>&b;</MESSAGE>')
    (folder / "cut.xml").write_text("<MESSAGE><CHILD><HEADER>")
    (folder / "again.csv").write_text("\n".join(TABLES["reviews"]))
    (folder / "readme.pdf").write_bytes(b"%PDF-1.7 is not looked at in a folder")
    result = checked(folder, period_code="2025-26", report=tmp_path / "report")

    expected = {
        "intake.not_a_table": "scan.csv holds a PDF document",
        "intake.empty_file": "empty.csv is empty",
        "intake.unrecognised_columns": "other.csv, line 1",
        "intake.xml_entities": "entity.xml, line 1",
        "intake.broken_xml": "cut.xml, line 1",
        "intake.other_delimiter": "semicolons.csv, line 1: the cells are separated by semicolons; expected commas",
        "intake.title_above_headings": "title.csv, line 2: the headings stand in this line, with one row above",
        "structure.columns_missing": "half.csv, line 1: this looks like the prev_perm table",
        "structure.table_twice": "holds the reviews table",
        "structure.ragged_row": "header.csv, line 4: the row has 3 cells and the header 7",
        "structure.extra_columns": "oc3.csv, line 1: the oc3 table has columns that the form does not have: Note",
        "structure.no_rows": "oc3.csv: the oc3 table has headings and no rows",
    }
    for rule_code, words in expected.items():
        assert any(words in sentence for sentence in sentences(result, rule_code)), rule_code
    missing = [sentence.split(" for ")[0] for sentence in sentences(result, "structure.table_missing")]
    assert sorted(missing) == ["There is no ad1 table", "There is no uasc table"]
    assert not any("readme.pdf" in line.message for line in result.lines)
    assert [line.count for line in result.lines if line.rule_code == "101"] == [1]
    assert result.is_unreadable and not result.is_clean
    places = list(csv.DictReader(io.StringIO((tmp_path / "report" / "findings.csv").read_text("utf-8-sig"))))
    assert {row["value"] for row in places if row["table"] == "missing" and row["column"] == "MISSING"} == {
        'M\nor "A"'
    }
    assert "JOSÉ" in {row["child"] for row in places}
    assert "scan.csv" in (tmp_path / "report" / "index.html").read_text()


def test_a_required_table_that_is_missing_is_a_finding_and_what_is_there_is_read(tmp_path: Path):
    result = club(write_return(tmp_path / "return", episodes=None), "--year", "2025-26", "--rules")

    assert result.exit_code == 1
    assert "structure.required_ta" in re.sub(r"\s", "", result.output)


def test_a_file_that_cannot_be_read_ends_with_2(tmp_path: Path):
    path = tmp_path / "header.csv"
    path.write_bytes(b"%PDF-1.7")
    result = club(path, "--year", "2025-26")

    assert result.exit_code == 2
    assert "header.csv holds a PDF document" in result.output
    page = (tmp_path / "club-check" / "index.html").read_text()
    assert "header.csv holds a PDF document" in page
    assert "were not run" in page


def test_a_workbook_with_a_sheet_a_table_is_as_good(tmp_path: Path):
    path = workbook(tmp_path / "return.xlsx", TABLES)
    result = checked(path, period_code="2025-26")

    assert result.is_clean, result.lines
    assert result.passed > 100


def test_the_xml_file_is_as_good(tmp_path: Path):
    path = tmp_path / "return.xml"
    path.write_text(
        """<MESSAGE><CHILD>
        <HEADER><CHILDID>C1</CHILDID><SEX>9</SEX><DOB>2015-05-10</DOB><ETHNIC>WBRI</ETHNIC>
        <UPN>A123456789012</UPN></HEADER>
        <EPISODE><DECOM>2024-06-03</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>U4</PL>
        <PLACE_PROVIDER>PR1</PLACE_PROVIDER><HOME_POST>DY1 1AA</HOME_POST><PL_POST>DY1 1AB</PL_POST>
        <URN>1234567</URN></EPISODE></CHILD></MESSAGE>"""
    )
    result = checked(path, period_code="2025-26")

    assert not result.is_unreadable
    assert [line.count for line in result.lines if line.rule_code == "101"] == [1]


@pytest.mark.parametrize(
    ("headings", "waiting"), [("CHILD,SEX,DOB,DUC", ["105", "303"]), ("UASC,CHILD,SEX,DOB,DUC", [])]
)
def test_the_flag_of_asylum_seekers_wakes_the_rules_about_it_and_is_no_extra_column(
    tmp_path: Path, headings: str, waiting: list[str]
):
    result = checked(write_return(tmp_path / "return", uasc=[headings]), period_code="2025-26")

    assert result.is_clean, result.lines
    assert [code for need, codes in result.not_run.items() if "UASC status" in need for code in codes] == waiting


def test_last_years_return_wakes_the_rules_that_look_back(tmp_path: Path):
    this = write_return(tmp_path / "this")
    born_later = ["CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB", "C1,M,11/05/2015,WBRI,A123456789012,,"]
    last = write_return(tmp_path / "last", header=born_later)

    alone = checked(this, period_code="2025-26")
    held_against = checked(this, period_code="2025-26", last_year=(last,))

    waiting = {code for need, codes in alone.not_run.items() if "year before" in need for code in codes}
    assert len(waiting) > 20
    assert alone.is_clean
    assert not any("year before" in need for need in held_against.not_run)
    assert {line.rule_code for line in held_against.lines} & waiting


def test_reference_data_wake_the_rules_that_look_things_up(tmp_path: Path):
    folder = write_return(tmp_path / "return")
    providers = tmp_path / "providers.csv"
    providers.write_text("URN,LA code,Provider codes,Place codes,REG_END\n7654321,332,PR1,U4,\n")
    postcodes = tmp_path / "postcodes.csv"
    postcodes.write_text("pcds,oseast1m,osnrth1m,laua\nDY1 1AA,394600,290400,E08000027\n")

    with pytest.raises(ClubError, match="Say whose return it is"):
        checked(folder, providers=providers)
    result = checked(folder, authority="Dudley", providers=providers, postcodes=postcodes)

    assert result.not_run.keys() == {NEEDS["last_year"], NEEDS["uasc_flag"]}
    assert "1008" in {line.rule_code for line in result.lines}


@pytest.mark.parametrize("return_code", ["ssda903", "pss_ex1"])
def test_a_check_loads_nothing_that_takes_seconds_and_that_an_authority_would_have_to_install(
    tmp_path: Path, return_code: str
):
    folder = write_return(tmp_path / "ssda903").parent
    (folder / "pss_ex1").mkdir()
    for name, content in sample_return("solihull", "2006-07").files.items():
        (folder / "pss_ex1" / name).write_bytes(content)
    year = {"ssda903": "2025-26", "pss_ex1": "2006-07"}[return_code]
    with check_database(lambda _: None):
        pass  # where its database is not kept yet, a checkout makes it, with dbt
    done = subprocess.run(
        [sys.executable, "-c", TELLS_WHAT_IT_LOADED, "check", return_code, folder / return_code, "--year", year,
         "--authority", "solihull"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "psycopg" in loaded
    assert loaded.isdisjoint({"airflow", "alembic", "dbt", "great_expectations", "numpy", "pandas", "sqlalchemy"})


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path):
    folder = write_return(tmp_path / "return")
    twin = write_return(tmp_path / "other" / "return", **{name: None for name in TABLES if name != "reviews"})
    result = checked(folder, twin, folder / "header.csv", period_code="2025-26")

    (sentence,) = sentences(result, "structure.table_twice")
    assert "other/return/reviews.csv" in sentence
    assert " return/reviews.csv" in sentence


def test_every_finding_is_given_with_its_place_as_a_stream(tmp_path: Path):
    header = [TABLES["header"][0], "C1,9,10/05/2015,WBRI,A123456789012,,"]
    places = list(
        finding_places(OwnReturn("ssda903", (write_return(tmp_path / "return", header=header),), "2025-26"))
    )

    assert ("101", "header", "header.csv", 2) in places
    assert all(len(place) == 4 for place in places)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.csv"], "There is no file or folder nowhere.csv"),
        (["{empty}"], "There is no .csv, .xlsx, .xml or .yaml file in"),
        (["{file}", "--year", "2012-13"], "There is no form of ssda903 for '2012-13'"),
        (["{file}", "--authority", "dudlay"], "the nearest known code is 'dudley'"),
        (["{file}", "--year", "2017-18", "--last-year", "{file}"], "the year before 2017-18"),
    ],
)
def test_what_was_mistyped_is_said_in_a_sentence(tmp_path: Path, arguments: list[str], sentence: str):
    empty = tmp_path / "empty"
    empty.mkdir()
    file = tmp_path / "header.csv"
    file.write_text("\n".join(TABLES["header"]))
    result = club(*(each.format(empty=empty, file=file) for each in arguments))

    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_check_that_is_interrupted_leaves_nothing_behind(tmp_path: Path, scratch: Path, number: signal.Signals):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "check", "ssda903", str(write_return(tmp_path / "return"))],
        env=os.environ | {"TMPDIR": str(scratch)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    _wait_for(lambda: any(scratch.glob("club-check-*/postgresql/pgdata/postmaster.pid")))
    process.send_signal(number)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "nothing was kept" in said
    assert list(scratch.iterdir()) == []
    assert servers(scratch) == set()


def _wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)
