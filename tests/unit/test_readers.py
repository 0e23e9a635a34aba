"""Readers: every cell as text with its place, or a refusal that names the line and the reason."""

import codecs
import io
import os
import signal
import threading
import zipfile
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import openpyxl
import pytest
import xlwt

from ingestion.readers import confined as confined_reader
from ingestion.readers import csv as csv_reader
from ingestion.readers import workbook as workbook_reader
from ingestion.readers.confined import Died, confined
from ingestion.readers.source import read_tables
from ingestion.readers.table import Row, TextTable, UnreadableFile, read_even_rows
from ingestion.readers.xml import read_xml
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from tests.support.returns import workbook, zip_bomb

MEBIBYTE = 1024 * 1024
LIMIT = 400 * MEBIBYTE


def tables_of(content: bytes) -> list[TextTable]:
    """The tables of a form, from a file that its first bytes tell."""
    return read_tables(lambda: io.BytesIO(content), find_return("pss_ex1"), Settings())


def refusal_of(content: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        for table in tables_of(content):
            read_even_rows(table, most_cells=1_000_000)
    return caught.value


def read_csv(content: bytes) -> list[Row]:
    return list(csv_reader.read_csv(lambda: io.BytesIO(content)).rows)


def read_workbook(content: bytes, max_unpacked_bytes: int = LIMIT) -> list[list[Row]]:
    return [list(sheet.rows) for sheet in sheets_of(content, max_unpacked_bytes)]


def sheets_of(content: bytes, max_unpacked_bytes: int = LIMIT) -> list[TextTable]:
    return workbook_reader.read_workbook(lambda: io.BytesIO(content), max_unpacked_bytes)


def fill_memory() -> None:
    """Use some memory, and keep it."""
    kept = b"x" * (150 * MEBIBYTE)
    threading.Event().wait()
    del kept


def work_for_ever() -> None:
    while True:
        pass


def xls(cells: dict[tuple[int, int], object]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Return")
    for (row, column), value in cells.items():
        sheet.write(row, column, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class TestCsv:
    def test_cells_are_kept_verbatim_with_the_line_they_stand_on(self):
        rows = read_csv(b'a, b ,"c ""d"""\r\n007,1.50,\n')
        assert rows == [(1, ["a", " b ", 'c "d"']), (2, ["007", "1.50", ""])]

    def test_a_byte_order_mark_is_no_part_of_the_first_cell(self):
        assert read_csv(codecs.BOM_UTF8 + b"a,b\n") == [(1, ["a", "b"])]

    def test_a_record_with_a_line_break_in_a_cell_has_the_line_it_starts_on(self):
        rows = read_csv(b'a,b\n"one\ntwo\nthree",2\nc,d\n')
        assert [line for line, _ in rows] == [1, 2, 5]
        assert rows[1] == (2, ["one\ntwo\nthree", "2"])

    def test_a_blank_line_is_no_record_but_is_counted(self):
        assert [line for line, _ in read_csv(b"a,b\n\nc,d\n")] == [1, 3]

    def test_a_file_cut_off_in_a_quoted_cell_is_refused_at_the_line_the_record_starts_on(self):
        refusal = refusal_of(b'a,b\nc,d\ne,"cut o')
        assert (refusal.rule_code, refusal.line) == ("intake.broken_csv", 3)

    def test_text_behind_a_closing_quote_is_refused(self):
        refusal = refusal_of(b'a,b\n"c"x,d\n')
        assert (refusal.rule_code, refusal.line) == ("intake.broken_csv", 2)

    @pytest.mark.parametrize(("last", "found"), [(b"e", "1 cells"), (b"e,f,g", "3 cells")])
    def test_a_row_of_another_width_is_refused_by_its_line(self, last: bytes, found: str):
        refusal = refusal_of(b'a,b\n"c\nc",d\n' + last)
        assert (refusal.rule_code, refusal.line) == ("intake.broken_csv", 4)
        assert found in str(refusal.facts["found"])

    @pytest.mark.parametrize(
        "content",
        [
            "a,b\n1,2\n".encode("utf-16"),
            "a,b\n1,2\n".encode("utf-16-be"),
            codecs.BOM_UTF16_BE + "a,b".encode("utf-16-be"),
            ("expenditure,activity\n" * 4).encode("utf-16-le"),
        ],
        ids=["with mark", "short, without mark", "big-endian", "without mark"],
    )
    def test_utf_16_is_refused(self, content: bytes):
        assert refusal_of(content).rule_code in ("intake.wrong_encoding", "intake.broken_csv")

    def test_utf_16_is_called_by_its_name(self):
        refusal = refusal_of("a,b\n1,2\n".encode("utf-16"))
        assert (refusal.rule_code, refusal.facts["found"]) == ("intake.wrong_encoding", "UTF-16")

    def test_latin_1_is_refused_by_its_line_and_byte(self):
        refusal = refusal_of("a,b\nc,d\ncost,£5\n".encode("latin-1"))
        assert (refusal.rule_code, refusal.line) == ("intake.wrong_encoding", 3)
        assert "0xA3" in str(refusal.facts["found"])

    def test_a_wrong_byte_far_down_is_refused_by_its_line_wherever_the_file_is_cut_to_be_read(self):
        for before in range(MEBIBYTE - 3, MEBIBYTE + 2):
            line = b"a" * 99 + b"\n"
            content = (line * (before // 100 + 1))[:before] + "é".encode() + b"\xa3\n"
            refusal = refusal_of(content)
            assert (refusal.rule_code, refusal.line) == ("intake.wrong_encoding", before // 100 + 1)
            assert "0xA3" in str(refusal.facts["found"])

    def test_a_lenient_reader_takes_quotes_as_they_look(self):
        content = b'a,b\n"c"x,d\n"e,f\n'
        assert list(csv_reader.read_csv(lambda: io.BytesIO(content), is_strict=False).rows) == [
            (1, ["a", "b"]), (2, ["cx", "d"]), (3, ["e,f\n"]),
        ]  # fmt: skip

    def test_a_nul_character_is_refused_by_its_line(self):
        refusal = refusal_of(b"a,b\nc,\x00d\n")
        assert (refusal.rule_code, refusal.line) == ("intake.broken_csv", 2)


class TestWorkbook:
    def test_xlsx_numbers_are_text_as_a_person_would_type_them(self):
        (rows,) = read_workbook(workbook([[12, 12.5, 0.1, -3.0, 10**14, "007", "12.0", True]]))
        assert rows == [(1, ["12", "12.5", "0.1", "-3", "100000000000000", "007", "12.0", "TRUE"])]

    def test_xls_numbers_are_text_as_a_person_would_type_them(self):
        (table,) = sheets_of(xls({(0, 0): 12, (0, 1): 12.5, (0, 2): "007"}))
        assert (table.sheet_name, list(table.rows)) == ("Return", [(1, ["12", "12.5", "007"])])

    def test_dates_are_iso(self):
        assert read_workbook(workbook([[date(2007, 3, 31)]])) == [[(1, ["2007-03-31"])]]

    def test_row_and_column_numbers_are_those_the_spreadsheet_shows(self):
        for content in (
            workbook([[], [], [None, None, "C3"], [], ["A5"]]),
            xls({(2, 2): "C3", (4, 0): "A5"}),
        ):
            assert read_workbook(content) == [[(3, ["", "", "C3"]), (5, ["A5", "", ""])]]

    def test_every_sheet_is_a_table_in_the_order_of_the_workbook(self):
        book = openpyxl.Workbook()
        book.active.title = "Walsall"
        book.active.append(["w"])
        book.create_sheet("Dudley").append(["d"])
        file = io.BytesIO()
        book.save(file)
        tables = sheets_of(file.getvalue())
        assert [(table.sheet_name, list(table.rows)) for table in tables] == [
            ("Walsall", [(1, ["w"])]),
            ("Dudley", [(1, ["d"])]),
        ]

    @pytest.mark.parametrize("kept", [0.5, 0.9, 0.99])
    def test_a_workbook_that_is_cut_off_is_refused(self, kept: float):
        content = workbook([[number] for number in range(200)])
        assert refusal_of(content[: int(len(content) * kept)]).rule_code == "intake.unreadable_workbook"

    def test_two_cells_far_apart_cost_the_file_and_not_the_process(self):
        """All between them is laid out by the library: half a terabyte."""
        book = openpyxl.Workbook()
        book.active["A1"], book.active["XFD1048576"] = 1, 2
        file = io.BytesIO()
        book.save(file)
        refusal = refusal_of(file.getvalue())
        assert refusal.rule_code == "intake.unreadable_workbook"
        assert "320 MiB" in str(refusal.facts["found"])

    def test_a_nul_character_in_a_cell_is_refused(self):
        refusal = refusal_of(workbook([["a"], ["b_x0000_c"]]))
        assert (refusal.rule_code, refusal.line) == ("intake.unreadable_workbook", 2)

    def test_a_damaged_xls_is_refused(self):
        content = xls({(0, 0): 1})
        assert refusal_of(content[:600]).rule_code == "intake.unreadable_workbook"

    def test_a_zip_without_a_workbook_in_it_is_refused(self):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("notes.txt", "no workbook")
        assert refusal_of(file.getvalue()).rule_code == "intake.unreadable_workbook"

    def test_a_zip_bomb_is_refused_without_being_unpacked(self, monkeypatch: pytest.MonkeyPatch):
        def unpack(*_: object, **__: object) -> None:
            raise AssertionError("the bomb was opened")

        bomb = zip_bomb(8 * MEBIBYTE)
        assert len(bomb) < 100_000
        monkeypatch.setattr(zipfile.ZipFile, "open", unpack)
        monkeypatch.setattr(
            workbook_reader,
            "python_calamine",
            SimpleNamespace(CalamineWorkbook=SimpleNamespace(from_filelike=unpack)),
        )
        with pytest.raises(UnreadableFile) as caught:
            read_workbook(bomb, max_unpacked_bytes=MEBIBYTE)
        assert caught.value.rule_code == "intake.unpacks_too_large"

    def test_a_zip_bomb_that_lies_about_its_size_is_refused(self):
        bomb = zip_bomb(8 * MEBIBYTE)
        honest = (8 * MEBIBYTE).to_bytes(4, "little")
        assert bomb.count(honest) == 2, "in front of the entry and in the directory"
        lying = bomb.replace(honest, (1000).to_bytes(4, "little"))
        with pytest.raises(UnreadableFile) as caught:
            read_workbook(lying, max_unpacked_bytes=MEBIBYTE)
        assert caught.value.rule_code == "intake.unreadable_workbook"
        assert "larger than its declared" in str(caught.value.facts["found"])


class TestContent:
    """The file is what its first bytes say; its name is not even looked at."""

    def test_a_workbook_is_read_as_one_whatever_it_is_called(self):
        (table,) = tables_of(workbook([["a", 1]], title="Only"))
        assert (table.sheet_name, list(table.rows)) == ("Only", [(1, ["a", "1"])])

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (b"%PDF-1.4\n%\xe2\xe3", "a PDF document"),
            (b"\r\n <HTML><body>", "a web page"),
            (b"<!doctype html>", "a web page"),
            (b"{\\rtf1\\ansi", "a rich-text document"),
            (b"\x89PNG\r\n\x1a\n", "a picture"),
            (b"\x1f\x8b\x08", "a gzip archive"),
        ],
    )
    def test_another_kind_of_file_is_called_by_its_name(self, content: bytes, found: str):
        refusal = refusal_of(content)
        assert (refusal.rule_code, refusal.facts) == ("intake.not_a_table", {"found": found})

    @pytest.mark.parametrize(
        "content",
        [b"", b" \r\n\n", codecs.BOM_UTF8, b"\n" * 100_000],
        ids=["no bytes", "blanks", "mark", "many lines"],
    )
    def test_a_file_without_anything_in_it_is_empty(self, content: bytes):
        assert refusal_of(content).rule_code == "intake.empty_file"


class TestConfined:
    def test_what_is_read_comes_back(self):
        assert confined(lambda: [("a", 1)]) == [("a", 1)]

    def test_a_fault_of_the_file_is_told_with_its_facts(self):
        def read() -> None:
            raise UnreadableFile("intake.broken_csv", 7, {"found": "nonsense"})

        with pytest.raises(UnreadableFile) as caught:
            confined(read)
        assert (caught.value.rule_code, caught.value.line, caught.value.facts) == (
            "intake.broken_csv", 7, {"found": "nonsense"},
        )  # fmt: skip

    @pytest.mark.parametrize(
        "read",
        [lambda: os.kill(os.getpid(), signal.SIGSEGV), os.abort, lambda: bytearray(600 * MEBIBYTE), fill_memory],
        ids=["crash", "abort", "memory reserved", "memory used"],
    )
    def test_a_death_is_told_with_the_limits(self, read: Callable[[], object]):
        with pytest.raises(Died, match="within 5 seconds and 100 MiB"):
            confined(read, seconds=5, memory=100 * MEBIBYTE)

    @pytest.mark.parametrize("read", [work_for_ever, lambda: threading.Event().wait()], ids=["works", "waits"])
    def test_what_takes_too_long_is_ended(self, read: Callable[[], object], monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(confined_reader, "_WAITING_TIMES", 2)
        with pytest.raises(Died, match="within 1 seconds"):
            confined(read, seconds=1)


class TestXml:
    @pytest.mark.parametrize(
        "declared",
        ["utf-7", "shift_jis", "utf-32", "idna", "punycode", "rot13", "hex", "unheard-of", "utf_8_sig", "mbcs"],
    )
    def test_an_encoding_that_it_cannot_read_is_a_fault_of_the_file(self, declared: str):
        content = f'<?xml version="1.0" encoding="{declared}"?><MESSAGE><CHILD/></MESSAGE>'.encode()
        with pytest.raises(UnreadableFile) as caught:
            read_xml(lambda: io.BytesIO(content), find_return("ssda903"))
        assert caught.value.rule_code in ("intake.broken_xml", "intake.no_children")
