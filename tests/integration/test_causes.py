"""What is behind many findings is named first: the rules were run again as if it were right."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ingestion.check.causes import search
from ingestion.feedback.causes import ReportedCause, reported_causes, what_to_do, where
from ingestion.feedback.facts import decided_submissions
from ingestion.feedback.report import write_feedback
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse, run_road
from tests.support.child_returns import PERIOD
from tests.support.planted import CHILDREN, ROWS, plant
from tests.support.returns import as_csv, sample_return
from tests.support.warehouses import settings_in

FORM, FORM_PERIOD = "pss_ex1", "2006-07"
SENDERS = {
    "dudley": "wrong birthday",
    "sandwell": "missing row",
    "warwickshire": "register cut",
    "solihull": "zeros lost",
    "walsall": "days as numbers",
    "wolverhampton": "old codes",
    "birmingham": "nothing",
}


@pytest.fixture(scope="module")
def told(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse in which each sender's return has another fault, all checked in one run, with their reports."""
    settings = empty_warehouse(settings_in(prepared_home, tmp_path_factory.mktemp("landing")))
    for sender, fault in SENDERS.items():
        plant(Path(settings.landing) / sender / "ssda903" / PERIOD, fault)
    in_pounds().deliver(settings)
    run_road(settings, "ssda903")
    run_road(settings, FORM)
    write_feedback(settings)
    return settings


@pytest.fixture
def reader(told: Settings) -> Iterator[psycopg.Connection]:
    with connect(told, Role.LOADER) as connection:
        yield connection


def in_pounds():
    """A form whose figures of spending are all in pounds, where it asks for thousands."""
    form = sample_return("dudley", FORM_PERIOD)
    rows = form.rows("spend.csv")
    figure = re.compile(r"^-?\d+([.]\d+)?$")
    for row in rows[6:]:
        row[2:] = [str(round(float(cell) * 1000)) if figure.match(cell) else cell for cell in row[2:]]
    return form.with_file("spend.csv", as_csv(rows))


def causes_of(
    connection: psycopg.Connection, sender: str, return_code: str = "ssda903"
) -> tuple[ReportedCause, ...]:
    (submission,) = (each for each in decided_submissions(connection, [sender]) if each.return_code == return_code)
    return reported_causes(connection, submission)


def test_one_cell_behind_two_hundred_findings_is_named_first(reader: psycopg.Connection):
    first, *others = causes_of(reader, "dudley")
    assert others == []
    assert where(first) == "header.csv, line 2, column DOB (C)"
    assert first.findings >= 2 * ROWS
    assert (first.value, first.example_value) == ("10/05/2014", "10/05/2015")


def test_a_row_that_is_missing_is_behind_all_that_is_said_of_the_child(reader: psycopg.Connection):
    (cause,) = causes_of(reader, "sandwell")
    assert (cause.kind, cause.file_name, cause.places) == ("row_missing", "header.csv", 1)
    assert cause.findings >= ROWS
    assert cause.critical >= 1
    assert "such as `00001`" in what_to_do(cause, PERIOD, "ssda903")


def test_where_the_register_lacks_most_children_nobody_is_a_stranger(reader: psycopg.Connection):
    register, repeated = causes_of(reader, "warwickshire")
    assert (register.kind, register.file_name, register.places) == ("row_missing", "header.csv", CHILDREN)
    assert (repeated.kind, where(repeated)) == ("twice", "oc3.csv, 9 rows from line 3")


def test_numbers_that_lost_their_zeros_are_one_cause(reader: psycopg.Connection):
    first, *_ = causes_of(reader, "solihull")
    assert (first.kind, first.file_name, first.heading) == ("numbered", "reviews.csv", "child")
    assert (first.value, first.example_value) == ("1", "00001")
    assert first.findings >= 2 * CHILDREN


def test_days_that_a_spreadsheet_wrote_as_numbers_are_one_cause(reader: psycopg.Connection):
    (cause,) = causes_of(reader, "walsall")
    assert where(cause) == f"episodes.csv, column DECOM (B), {CHILDREN} cells from line 2"
    assert cause.findings > cause.critical >= CHILDREN
    assert "`45446` cannot be right" in what_to_do(cause, PERIOD, "ssda903")


def test_codes_that_are_not_of_the_year_are_told_with_those_that_are(reader: psycopg.Connection):
    (cause,) = causes_of(reader, "wolverhampton")
    assert (cause.heading, cause.places, cause.findings) == ("sex", CHILDREN, CHILDREN)
    assert "Allowed are `M` (Male), `F` (Female)" in what_to_do(cause, PERIOD, "ssda903")


def test_where_nothing_is_wrong_nothing_is_said_to_be_behind_it(told: Settings, reader: psycopg.Connection):
    assert causes_of(reader, "birmingham") == ()
    page = told.outbox / "birmingham" / "ssda903" / PERIOD / "v1" / "feedback.html"
    assert "Put right first" not in page.read_text()


def test_a_form_in_pounds_has_one_cause_and_no_person(reader: psycopg.Connection):
    (cause,) = causes_of(reader, "dudley", FORM)
    assert (cause.kind, cause.file_name, cause.person) == ("in_units", "spend.csv", None)
    assert cause.findings >= 20


def test_trying_leaves_no_trace_in_what_was_sent(reader: psycopg.Connection):
    raw = "raw.ssda903_header inner join ledger.submission using (submission_id)"
    query = f"select dob, count(*) from {raw} where sender = 'dudley' group by dob order by dob"
    assert reader.execute(query).fetchall() == [("10/05/2014", 1), ("10/05/2015", CHILDREN - 1)]
    assert reader.execute("select count(*) from raw.ssda903_header where line_number < 1").fetchone() == (0,)
    left = "select count(*) from pg_tables where schemaname = 'checking' and starts_with(tablename, 'ssda903_')"
    assert reader.execute(left).fetchone() == (0,)


def test_findings_carry_the_number_of_their_cause(reader: psycopg.Connection):
    (cause,) = causes_of(reader, "walsall")
    query = """
        select count(*) from ledger.finding inner join ledger.submission using (submission_id)
        where sender = 'walsall' and return_code = 'ssda903' and cause_number = 1
    """
    assert reader.execute(query).fetchone() == (cause.findings,)


def test_file_cell_value_right_form_and_day_are_on_the_first_page(told: Settings):
    page = (told.outbox / "walsall" / "ssda903" / PERIOD / "v1" / "feedback.html").read_text()
    for said in (
        "Put this right first: it causes",
        "episodes.csv, column DECOM (B)",
        "<code>45446</code>",
        "<code>31/03/2026</code>",
        "it was due on 31 May 2026",
        '<a href="causes/1.html">',
    ):
        assert said in page


def test_the_ledger_of_causes_holds_no_value_of_a_child(reader: psycopg.Connection):
    rows = [str(row) for row in reader.execute("select t::text from ledger.cause as t")]
    assert rows
    assert not [row for row in rows if "10/05/2015" in row or "00001" in row or "45446" in row]


def test_without_time_nothing_is_said(told: Settings, reader: psycopg.Connection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "SECONDS", 0.0)
    plant(Path(told.landing) / "telford-and-wrekin" / "ssda903" / PERIOD, "wrong birthday")
    run_road(told, "ssda903")
    assert causes_of(reader, "telford-and-wrekin") == ()
