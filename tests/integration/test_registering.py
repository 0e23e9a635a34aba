"""Registering: the same bytes are known again, changed ones are a new version, and raw is what the file says."""

import csv
import hashlib
import io
from pathlib import Path

import openpyxl
import psycopg
import pytest

from ingestion.collect.archive import archived_path
from ingestion.collect.run import collect
from ingestion.decide import decide
from ingestion.operation.overview import count_received
from ingestion.settings import Settings
from tests.conftest import DATA_TABLES
from tests.support.returns import SampleReturn, as_csv, sample_return


@pytest.fixture
def dudley() -> SampleReturn:
    return sample_return("dudley", "2006-07")


def row_counts(loader: psycopg.Connection) -> dict[str, int]:
    return {table: loader.execute(f"select count(*) from {table}").fetchone()[0] for table in DATA_TABLES}


def submissions(loader: psycopg.Connection) -> list[tuple]:
    return loader.execute(
        "select version, state, is_in_force from ledger.submission where sender = 'dudley' order by version"
    ).fetchall()


def raw_cells(loader: psycopg.Connection, file_name: str, version: int = 1) -> dict[tuple[int, int], str]:
    rows = loader.execute(
        """
        select line_number, column_number, value
        from raw.pss_ex1_cells
        inner join ledger.submission_file using (submission_id, file_id)
        inner join ledger.submission using (submission_id)
        where file_name = %s and version = %s
        """,
        [file_name, version],
    ).fetchall()
    return {(line, column): value for line, column, value in rows}


def cells_of(content: bytes) -> dict[tuple[int, int], str]:
    """Read by the line, as the samples have no line breaks within a cell."""
    rows = csv.reader(io.StringIO(content.decode(), newline=""))
    return {
        (line, column): cell
        for line, row in enumerate(rows, start=1)
        for column, cell in enumerate(row, start=1)
        if cell != ""
    }


def accept_all(settings: Settings, loader: psycopg.Connection) -> None:
    """As after a check without findings."""
    loader.execute("update ledger.submission set checked_at = now() where checked_at is null")
    decide(settings, "pss_ex1")


def test_the_same_bytes_again_change_nothing(settings: Settings, loader: psycopg.Connection, dudley: SampleReturn):
    dudley.deliver(settings)
    (first,) = collect(settings, "pss_ex1", "dudley")
    counts = row_counts(loader)
    dudley.deliver(settings)
    (again,) = collect(settings, "pss_ex1", "dudley")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.submission_id == first.submission_id
    assert counts["raw.pss_ex1_cells"] > 1000
    assert row_counts(loader) == counts


def test_the_same_bad_bytes_again_change_nothing(
    settings: Settings, loader: psycopg.Connection, dudley: SampleReturn
):
    dudley.with_file("spend.csv", b"").deliver(settings)
    collect(settings, "pss_ex1", "dudley")
    counts = row_counts(loader)
    assert counts["ledger.finding"] == 1
    assert not collect(settings, "pss_ex1", "dudley")[0].is_new
    assert row_counts(loader) == counts


def test_changed_bytes_are_a_new_version_and_the_old_one_can_be_read_as_it_was(
    settings: Settings, loader: psycopg.Connection, dudley: SampleReturn
):
    cell = dudley.activity_cell("hh1_hours_la")
    changed = dudley.with_cell("activity.csv", cell, "4321")
    dudley.deliver(settings)
    collect(settings, "pss_ex1", "dudley")
    accept_all(settings, loader)
    before = raw_cells(loader, "activity.csv")

    changed.deliver(settings)
    collect(settings, "pss_ex1", "dudley")
    assert submissions(loader) == [(1, "accepted", True), (2, "received", False)]
    accept_all(settings, loader)
    assert submissions(loader) == [(1, "accepted", False), (2, "accepted", True)]

    assert raw_cells(loader, "activity.csv", version=1) == before == cells_of(dudley.files["activity.csv"])
    assert raw_cells(loader, "activity.csv", version=2) == before | {cell: "4321"}
    for version in (dudley, changed):
        content = version.files["activity.csv"]
        assert archived_path(settings, hashlib.sha256(content).hexdigest()).read_bytes() == content


def test_going_back_to_the_earlier_bytes_is_a_third_version(
    settings: Settings, loader: psycopg.Connection, dudley: SampleReturn
):
    changed = dudley.with_cell("activity.csv", dudley.activity_cell("hh1_hours_la"), "4321")
    for version in (dudley, changed, dudley):
        version.deliver(settings)
        collect(settings, "pss_ex1", "dudley")
        accept_all(settings, loader)
    assert submissions(loader) == [(1, "accepted", False), (2, "accepted", False), (3, "accepted", True)]
    assert raw_cells(loader, "activity.csv", version=3) == raw_cells(loader, "activity.csv", version=1)


def test_versions_are_counted_for_each_period(
    settings: Settings, loader: psycopg.Connection, dudley: SampleReturn
):
    dudley.deliver(settings)
    sample_return("dudley", "2007-08").deliver(settings)
    collect(settings, "pss_ex1", "dudley")
    dudley.with_amount_added("activity.csv", dudley.activity_cell("hh1_hours_la"), 1).deliver(settings)
    collect(settings, "pss_ex1", "dudley")
    found = loader.execute("select period_code, version from ledger.submission order by 1, 2").fetchall()
    assert found == [("2006-07", 1), ("2006-07", 2), ("2007-08", 1)]


def test_two_versions_that_are_decided_together_leave_the_newer_in_force(
    settings: Settings, loader: psycopg.Connection, dudley: SampleReturn
):
    for version in (dudley, dudley.with_cell("activity.csv", dudley.activity_cell("hh1_hours_la"), "4321")):
        version.deliver(settings)
        collect(settings, "pss_ex1", "dudley")
    accept_all(settings, loader)
    assert submissions(loader) == [(1, "accepted", False), (2, "accepted", True)]


def test_raw_cells_are_the_cells_of_the_file_verbatim_with_line_and_column(
    settings: Settings, loader: psycopg.Connection, dudley: SampleReturn
):
    odd = {
        (2, 1): " blanks ", (3, 2): "tab\there", (4, 3): "back\\slash \\N \\.", (5, 4): "quote\"d, comma",
        (6, 5): "£ – ß 𝄞", (6, 6): "NULL", (8, 7): "0012.50",
    }  # fmt: skip
    sent = dudley.with_cells("spend.csv", odd)
    sent.deliver(settings)
    collect(settings, "pss_ex1", "dudley")
    found = raw_cells(loader, "spend.csv")
    assert found == cells_of(sent.files["spend.csv"])
    assert {place: found[place] for place in odd} == odd


def test_a_line_break_in_a_cell_stays_in_it_and_later_cells_keep_their_line_of_the_file(
    settings: Settings, loader: psycopg.Connection, dudley: SampleReturn
):
    dudley.with_cell("activity.csv", (3, 1), "one\r\ntwo\nthree").deliver(settings)
    collect(settings, "pss_ex1", "dudley")
    found = raw_cells(loader, "activity.csv")
    assert found[(3, 1)] == "one\r\ntwo\nthree"
    line, column = dudley.activity_cell("hh1_hours_la")
    assert found[(line + 2, column)] == dudley.value("activity.csv", (line, column))


def test_a_workbook_lands_as_the_csv_of_the_same_cells_does(
    settings: Settings, loader: psycopg.Connection, dudley: SampleReturn
):
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    for row in dudley.rows("spend.csv"):
        book.active.append([float(cell) if cell.lstrip("-").isdigit() else cell or None for cell in row])
    file = io.BytesIO()
    book.save(file)
    dudley.without_file("spend.csv").with_file("spend.xlsx", file.getvalue()).deliver(settings)
    collect(settings, "pss_ex1", "dudley")
    assert raw_cells(loader, "spend.xlsx") == cells_of(dudley.files["spend.csv"])
    assert loader.execute(
        "select table_name, sheet_name from ledger.submission_file where file_name = 'spend.xlsx'"
    ).fetchone() == ("spend", "Sheet1")


def test_the_ledger_counts_what_is_in_raw(settings: Settings, loader: psycopg.Connection, dudley: SampleReturn):
    dudley.deliver(settings)
    collect(settings, "pss_ex1", "dudley", run_id="the run")
    for name, content in dudley.files.items():
        size, sha256, rows, cells = loader.execute(
            "select size_bytes, sha256, row_count, cell_count from ledger.submission_file where file_name = %s",
            [name],
        ).fetchone()
        assert (size, sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert (rows, cells) == (len(dudley.rows(name)), len(cells_of(content)))
    assert loader.execute("select run_id from ledger.submission").fetchone() == ("the run",)
    assert (count_received(settings, "the run"), count_received(settings, "another run")) == (1, 0)


def test_a_release_lands_record_by_record_as_text(settings: Settings, loader: psycopg.Connection):
    header = ["Short Desc", "Data item", "Years", "LA and Regions", "Values", "LA Number"]
    records = [
        ["LACFinance", 'a "quoted", \\ item', "2009-10 (OT)", "Dudley", "0905", "332.0"],
        ["LACFinance", "", "2010-11 (OT)", "Walsall", "-", "335.0"],
    ]
    path = Path(settings.landing) / "_published" / "dfe" / "lait" / "2025" / "lait.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(as_csv([header, *records]))
    collect(settings, "lait", "dfe")
    found = loader.execute("select line_number, record from raw.published_records order by line_number").fetchall()
    assert found == [
        (line, dict(zip(header, record, strict=True))) for line, record in enumerate(records, start=2)
    ]


def test_a_table_whose_headings_repeat_lands_row_by_row_by_the_numbers_of_its_columns(
    settings: Settings, loader: psycopg.Connection
):
    rows = [
        ["Unit Cost Figures", "", "", "B8", "B8"],
        ["", "", "", "num", "denom"],
        ["", "", "", "", ""],
        ["", "204", "Barnsley", '9,815 "about"', ".."],
        ["", "", "Average", "", " "],
    ]
    path = Path(settings.landing) / "_published" / "nhs_ic" / "pss_unit_costs" / "2007-08" / "costs.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(as_csv(rows))
    collect(settings, "pss_unit_costs", "nhs_ic")
    found = loader.execute("select line_number, record from raw.published_records order by line_number").fetchall()
    assert found == [
        (1, {"1": "Unit Cost Figures", "4": "B8", "5": "B8"}),
        (2, {"4": "num", "5": "denom"}),
        (4, {"2": "204", "3": "Barnsley", "4": '9,815 "about"', "5": ".."}),
        (5, {"3": "Average", "5": " "}),
    ]
