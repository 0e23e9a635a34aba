"""Intake: fingerprints, and which table of the return a file holds."""

import io
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from ingestion.collect.intake import Intake
from ingestion.collect.landing import Delivery, deliveries
from ingestion.collect.reading import read_delivery, take_bytes
from ingestion.collect.rules import intake_rules
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings

PSS_EX1 = find_return("pss_ex1")
ACTIVITY = b"PSS EX1 Return for 2006-07,\nData item description,Data item data\nMeals,12\n"
SPEND = b"PSS EXPENDITURE IN 2006-07,,\n,,\ncol A,col B,col C\nA1,Management,12\n"


@dataclass
class Desk:
    """A place to deliver files to, and to take them in from."""

    settings: Settings

    def take_in(self, files: dict[str, bytes], sender: str = "dudley") -> Intake:
        intake = take_bytes(self.deliver(files, sender), self.settings)
        read_delivery(intake, PSS_EX1, self.settings)
        return intake

    def deliver(self, files: dict[str, bytes], sender: str = "dudley") -> Delivery:
        folder = Path(self.settings.landing) / sender / "pss_ex1" / "2006-07"
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.iterdir():
            left.unlink()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        (delivery,) = deliveries(self.settings, PSS_EX1, sender)
        return delivery

    def fingerprint(self, files: dict[str, bytes]) -> str:
        return take_bytes(self.deliver(files), self.settings).fingerprint


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Settings(home=tmp_path, landing_zone=str(tmp_path / "landing"), max_file_bytes=100_000))


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class TestFingerprint:
    def test_it_is_the_same_for_the_same_names_and_bytes(self, desk: Desk):
        files = {"a.csv": b"1", "b.csv": b"2"}
        assert desk.fingerprint(files) == desk.fingerprint(dict(reversed(files.items())))

    @pytest.mark.parametrize(
        "other",
        [
            {"a.csv": b"1", "b.csv": b"3"},
            {"a.csv": b"1", "c.csv": b"2"},
            {"a.csv": b"2", "b.csv": b"1"},
            {"a.csv": b"1"},
            {"a.csv": b"1", "b.csv": b"2", "c.csv": b""},
        ],
        ids=["another byte", "another name", "swapped", "one less", "one more, empty"],
    )
    def test_it_differs_when_anything_differs(self, desk: Desk, other: dict[str, bytes]):
        assert desk.fingerprint(other) != desk.fingerprint({"a.csv": b"1", "b.csv": b"2"})


class TestRecognition:
    def test_each_table_is_known_by_its_headings_whatever_the_file_is_called(self, desk: Desk):
        intake = desk.take_in({"table1.txt": SPEND, "table2.dat": ACTIVITY})
        assert intake.findings == []
        assert {file.file_name: file.table_name for file in intake.files} == {
            "table1.txt": "spend",
            "table2.dat": "activity",
        }

    def test_a_file_without_the_headings_is_refused_and_then_nothing_of_the_delivery_is_read(self, desk: Desk):
        intake = desk.take_in({"activity.csv": ACTIVITY, "spend.csv": b"name,age\nx,1\n"})
        (finding,) = intake.findings
        assert (finding.rule_code, finding.file_name) == ("intake.unrecognised_table", "spend.csv")
        assert "activity from spend" in finding.message
        assert all(file.table is None for file in intake.files)

    def test_the_sheet_named_after_the_authority_is_taken(self, desk: Desk):
        heading = ["Data item description", "Data item data"]
        content = workbook({"Walsall": [heading, ["w", "1"]], "Dudley": [heading, ["d", "2"]]})
        (file,) = desk.take_in({"all.xlsx": content}).files
        assert file.table and file.table.sheet_name == "Dudley"
        assert list(file.table.raw_rows())[2:] == ["2\t1\td", "2\t2\t2"]

    def test_a_workbook_without_a_sheet_of_the_authority_is_refused(self, desk: Desk):
        intake = desk.take_in({"all.xlsx": workbook({"Walsall": [["a"]], "Notes": [["b"]]})})
        (finding,) = intake.findings
        assert finding.rule_code == "intake.no_sheet_of_authority"
        assert finding.message.startswith("all.xlsx has 2 sheets and none is named after dudley.")

    def test_a_workbook_with_nothing_in_its_only_sheet_is_refused(self, desk: Desk):
        (finding,) = desk.take_in({"all.xlsx": workbook({"Dudley": []})}).findings
        assert finding.rule_code == "intake.unrecognised_table"

    def test_a_file_over_the_limit_is_not_read(self, desk: Desk):
        intake = desk.take_in({"spend.csv": b"x" * 100_001, "activity.csv": ACTIVITY})
        (finding,) = intake.findings
        assert finding.rule_code == "intake.too_large"
        assert "100,001 bytes; at most 100,000" in finding.message
        assert next(file for file in intake.files if file.file_name == "spend.csv").open_file is None

    def test_a_file_as_large_as_the_limit_is_read(self, desk: Desk):
        content = ACTIVITY + b"x,1\n" * ((100_000 - len(ACTIVITY)) // 4)
        content += b"\n" * (100_000 - len(content))
        assert len(content) == 100_000
        assert desk.take_in({"activity.csv": content}).findings == []


def test_a_brace_in_a_file_name_does_not_spoil_the_sentence(desk: Desk):
    (finding,) = desk.take_in({"{line}.csv": b""}).findings
    assert finding.message.startswith("{line}.csv is empty.")


def test_a_file_that_cannot_be_read_is_critical_and_every_intake_rule_ends_as_a_sentence():
    for rule in intake_rules().values():
        # What is wrong with one table or row of many need not be: the others are read.
        assert rule.code.startswith("structure.") or (
            rule.code.startswith("intake.") and rule.severity == "critical"
        )
        assert rule.sentence.endswith(".")
