"""Files in which something never ends, or is not what it says: refused in words, before memory is full of them."""

import codecs
import io
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest

from ingestion.collect.intake import LONGEST_FACT, describe
from ingestion.collect.streamed_tables import MOST_RAGGED_ROWS
from ingestion.readers import workbook as workbook_reader
from ingestion.readers.csv import LONGEST_RECORD
from ingestion.readers.source import read_tables
from ingestion.readers.table import Row, TextTable, UnreadableFile, read_even_rows
from ingestion.readers.xml import DEEPEST, LONGEST_TAG, LONGEST_VALUE, MOST_PARTS
from ingestion.returns.catalogue import find_return
from ingestion.settings import MEBIBYTE, Settings
from tests.fuzz.seeds import Seed
from tests.fuzz.taking_in import take_in
from tests.support.returns import workbook

CHILD = "<M><CHILD><HEADER><CHILDID>{}</CHILDID></HEADER></CHILD></M>"


def with_bytes(archive: bytes, old: bytes, new: bytes) -> bytes:
    """An archive with something else in place of these bytes of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as read, zipfile.ZipFile(file, "w") as written:
        for entry in read.infolist():
            written.writestr(entry.filename, read.read(entry).replace(old, new))
    return file.getvalue()


def nested(depth: int) -> str:
    return "<A>" * depth + "</A>" * depth


class Endless(io.RawIOBase):
    """A file of many bytes that are made as they are read."""

    def __init__(self, start: bytes, again: bytes, size: int) -> None:
        self._start, self._again, self._size, self._place = start, again, size, 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: memoryview) -> int:
        count = min(len(buffer), self._size - self._place)
        wanted = self._place + count
        known = self._start if self._place < len(self._start) else b""
        times = count // len(self._again) + 2
        shift = max(0, self._place - len(self._start)) % len(self._again)
        content = (known[self._place :] if known else b"") + (self._again * times)[shift:]
        buffer[:count] = content[:count]
        self._place = wanted
        return count


def rows_of(content: bytes, return_code: str = "ssda903") -> Iterator[Row]:
    for table in read_tables(lambda: io.BytesIO(content), find_return(return_code), Settings()):
        yield from table.rows


def refusal_of(content: bytes, return_code: str = "ssda903") -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        list(rows_of(content, return_code))
    return caught.value


@pytest.mark.parametrize(
    ("start", "again", "rule_code", "words"),
    [
        (b"a,b\n", b"abcd", "intake.broken_csv", "a row of more than"),
        (b"a,b\n", b",", "intake.broken_csv", "a row of more than"),
        (b"a,b\n", b'"\n",', "intake.broken_csv", "a row of more than"),
        (b'a,b\n"', b"a\n", "intake.broken_csv", "a cell of more than"),
        (b"<M><!--", b"abcd", "intake.broken_xml", "a tag or a comment of more than"),
        (b"<M a='", b"abcd", "intake.broken_xml", "a tag or a comment of more than"),
        (b"<", b"abcd", "intake.broken_xml", "a tag or a comment of more than"),
        (b"<M><CHILD>", b"abcd", "intake.broken_xml", "a value of more than"),
        (b"<M>", b"<a>", "intake.broken_xml", "elements within each other"),
        (b"<M><CHILD>", b"<EPISODE/>", "intake.broken_xml", "one child with more than"),
        (b"<M><CHILD><HEADER>", b"<A/><B/>", "intake.broken_xml", "one child with more than"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_does_not_end_is_refused_before_memory_is_full_of_it(
    start: bytes, again: bytes, rule_code: str, words: str
):
    def open_file() -> io.BufferedReader:
        return io.BufferedReader(Endless(start, again, 64 * MEBIBYTE))

    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile) as caught:
            for table in read_tables(open_file, find_return("ssda903"), Settings()):
                for _ in table.rows:
                    pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (caught.value.rule_code, words in str(caught.value.facts["found"])) == (rule_code, True)
    assert peak < 48 * MEBIBYTE


class TestCsv:
    def test_a_row_may_be_as_long_as_the_limit(self):
        cell = "a" * 99_999
        count = LONGEST_RECORD // 100_000
        row = ",".join([cell] * count)
        assert list(rows_of(f"{row}\n{row}\n".encode(), "pss_ex1")) == [(1, [cell] * count), (2, [cell] * count)]

    def test_a_cell_that_is_too_long_is_refused_by_its_line_and_in_words(self):
        refusal = refusal_of(b"a,b\nc," + b"x" * 140_000 + b"\n", "pss_ex1")
        assert (refusal.rule_code, refusal.line) == ("intake.broken_csv", 2)
        assert refusal.facts["found"] == "a cell of more than 131,072 characters; probably a quote is missing"

    def test_more_cells_than_are_held_at_once_are_refused(self):
        table = TextTable([(1, ["a", "b"]), (2, ["c", "d"]), (3, ["e", "f"])])
        assert len(read_even_rows(table, most_cells=6)) == 3
        with pytest.raises(UnreadableFile) as caught:
            read_even_rows(table, most_cells=5)
        assert (caught.value.rule_code, caught.value.facts) == ("intake.too_many_cells", {"limit": "5"})


class TestXml:
    def test_the_longest_value_is_read_to_its_end(self):
        value = "a" * LONGEST_VALUE
        assert (1, [value, *[""] * 7]) in list(rows_of(CHILD.format(value).encode()))

    def test_a_longer_value_is_refused_by_its_line(self):
        refusal = refusal_of(("\n" + CHILD.format("a" * (LONGEST_VALUE + 1))).replace("\n<M>", "<M>\n").encode())
        assert (refusal.rule_code, refusal.line) == ("intake.broken_xml", 2)

    @pytest.mark.parametrize(
        "within",
        ["<!--" + "a" * (LONGEST_TAG - 7) + "-->", "<A/>" * (MOST_PARTS - 3), nested(DEEPEST - 2)],
        ids=["comment", "parts", "depth"],
    )
    def test_what_just_ends_in_time_is_read(self, within: str):
        content = CHILD.format("1").replace("</HEADER>", f"</HEADER>{within}").encode()
        assert ["1", *[""] * 7] in [cells for _, cells in rows_of(content)]

    @pytest.mark.parametrize("within", ["<A/>" * (MOST_PARTS - 2), nested(DEEPEST - 1)], ids=["parts", "depth"])
    def test_what_is_one_more_is_not(self, within: str):
        content = CHILD.format("1").replace("</HEADER>", f"</HEADER>{within}").encode()
        assert refusal_of(content).rule_code == "intake.broken_xml"

    def test_much_white_space_between_children_is_none_of_their_values(self):
        content = CHILD.format("1").replace("<M>", "<M>" + " " * (2 * LONGEST_VALUE)).encode()
        assert ["1", *[""] * 7] in [cells for _, cells in rows_of(content)]

    @pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE], ids=["little", "big"])
    def test_utf_16_with_a_mark_is_read(self, mark: bytes):
        text = '<?xml version="1.0" encoding="utf-16"?>' + CHILD.format("Zoë")
        content = mark + text.encode("utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be")
        assert ["Zoë", *[""] * 7] in [cells for _, cells in rows_of(content)]


class TestWorkbook:
    @pytest.mark.parametrize(
        ("honest", "lying"),
        [
            (b"PK\x01\x02\x14\x03\x14\x00", b"PK\x01\x02\x14\x03\xff\x00"),
            ("ä".encode(), b"\xff\xff"),
        ],
        ids=["version", "name"],
    )
    def test_an_archive_that_python_does_not_understand_is_refused(self, honest: bytes, lying: bytes):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("ä.xml", "x")
        assert honest in file.getvalue()
        assert refusal_of(file.getvalue().replace(honest, lying)).rule_code == "intake.unreadable_workbook"

    def test_a_nul_character_in_the_name_of_a_sheet_is_refused(self):
        """The database keeps the name, and takes no such character."""
        name = b"Du\x00dley"
        refusal = refusal_of(with_bytes(workbook([["a"]], title="DuXdley"), b"DuXdley", name))
        assert refusal.rule_code == "intake.unreadable_workbook"
        assert refusal.facts["found"] == "the name of a sheet holds a NUL character"

    def test_more_cells_than_fit_are_refused(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(workbook_reader, "MOST_CELLS", 5)
        assert len(list(rows_of(workbook([["a", 1], ["b", 2]])))) == 2
        refusal = refusal_of(workbook([["a", 1], ["b", 2], ["c", 3]]))
        assert (refusal.rule_code, refusal.facts) == ("intake.too_many_cells", {"limit": "5"})


def test_whatever_was_found_the_sentence_can_be_printed_and_is_short():
    problem = UnreadableFile("intake.broken_csv", 7, {"found": "a\x00b\n\u200fc  " + "x" * 10_000})
    message = describe(problem, "spend.csv", "spend.csv").message
    assert message.startswith("spend.csv, line 7: a b  c  xxx") and message.isprintable()
    assert len(message) < LONGEST_FACT + 200
    assert "…. The file looks cut off or damaged." in message


@pytest.mark.parametrize("more", [0, 5])
def test_rows_that_are_all_too_long_are_named_one_by_one_only_at_first(more: int):
    rows = b"C1,M,10/05/2015,WBRI,A123456789012,,,\n" * (MOST_RAGGED_ROWS + more)
    rules = take_in(Seed("ssda903", b"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n" + rows))
    assert rules.count("structure.ragged_row") == MOST_RAGGED_ROWS
    assert rules.count("structure.more_ragged_rows") == bool(more)
