"""Split the single XML file of a person-level return into its tables: an element per person, here a child.

    <MESSAGE>
      <CHILD>
        <HEADER><CHILDID>..</CHILDID><SEX>..</SEX> .. <AREVIEW>..</AREVIEW><OC2>..</OC2></HEADER>
        <EPISODE><DECOM>..</DECOM> ..</EPISODE>
      </CHILD>
    </MESSAGE>

A group of fields is a row of the table of its element; the values that it lacks (the child, the date of birth)
are taken from the person's header. Tables without an element of their own are read from the header.
The file is read as a stream and no more than one person is held; entities and document types are refused unread.
What would be held without end (a tag or a value that does not close, a person of endless parts) is refused too.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO
from xml.parsers import expat

from ingestion.readers.table import OpenFile, Row, TextTable, UnreadableFile
from ingestion.returns.catalogue import ReturnLayout, TableLayout
from ingestion.settings import MEBIBYTE

_PERSON_DEPTH = 2
_HEADER = "HEADER"

# No form comes near any of these.
LONGEST_TAG = MEBIBYTE  # bytes; a comment is one as well
LONGEST_VALUE = 100_000  # characters
MOST_PARTS = 100_000  # elements of one person
DEEPEST = 32  # elements within each other


@dataclass
class _Group:
    """An element with fields, and the line where it starts."""

    name: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)


def read_xml(open_file: OpenFile, layout: ReturnLayout) -> list[TextTable]:
    """Split a file into every table of the return, some without rows; the rows wait in files without a name.

    Raises:
        UnreadableFile: not well-formed, with a document type or entities, or without any person.
    """
    shredder = _Shredder(layout)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    shredder.follow(parser)
    try:
        with open_file() as file:
            while chunk := file.read(MEBIBYTE):
                parser.Parse(chunk, False)
                shredder.refuse_endless_tag(file.tell())
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        found = expat.errors.messages.get(error.code, "not well-formed")
        raise UnreadableFile("intake.broken_xml", error.lineno, {"found": found}) from error
    # Of an encoding that it does not know, expat asks Python's codecs, which answer in words of their own.
    except (LookupError, ValueError) as error:
        found = "it declares an encoding that cannot be read; save it as UTF-8"
        raise UnreadableFile("intake.broken_xml", parser.CurrentLineNumber, {"found": found}) from error
    tables = [spool.table() for spool in shredder.spools.values()]
    if all(table.is_implied for table in tables):
        raise UnreadableFile("intake.no_children")
    return tables


class _Spool:
    """The rows of one table, on disk until they are asked for. A table without rows has no file."""

    def __init__(self, table: TableLayout) -> None:
        self._columns = table.known_columns
        self._file: IO[str] | None = None
        self._line = 0

    def add(self, line: int, fields: dict[str, str]) -> None:
        if self._file is None:
            # It has no name, and is gone as soon as its rows have been read or are no longer wanted.
            self._file = TemporaryFile("w+", newline="", encoding="utf-8")  # noqa: SIM115
            self._writer = csv.writer(self._file)
        # A file without line breaks is all line 1: then the rows are numbered in their order.
        self._line = max(line, self._line + 1)
        self._writer.writerow([self._line, *(fields.get(column, "") for column in self._columns)])

    def table(self) -> TextTable:
        return TextTable(self._rows(), is_implied=self._file is None)

    def _rows(self) -> Iterator[Row]:
        yield 1, list(self._columns)
        if self._file is None:
            return
        with self._file as file:
            file.seek(0)
            for line, *cells in csv.reader(file):
                yield int(line), cells


class _Shredder:
    """A parser that splits the persons of the file into rows, one after the other."""

    def __init__(self, layout: ReturnLayout) -> None:
        self._layout = layout
        self._table_of = {group: table for table in layout.tables for group in table.xml_groups}
        self._open: list[str] = []
        self._groups: list[_Group] = []
        self._within: list[_Group] = []
        self._text = ""
        self._parts = 0
        self._known = {
            name for table in layout.tables for name in (*table.known_columns, *map(str.lower, table.xml_flags))
        }
        self.spools = {table.name: _Spool(table) for table in layout.tables}

    def follow(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._read
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse

    def refuse_endless_tag(self, position: int) -> None:
        """Refuse a file with more bytes before this position than a tag can have, that are not parsed yet."""
        if position - self._parser.CurrentByteIndex > LONGEST_TAG:
            self._refuse_beyond(f"a tag or a comment of more than {LONGEST_TAG:,} bytes")

    def _refuse(self, *_: object) -> None:
        raise UnreadableFile("intake.xml_entities", self._parser.CurrentLineNumber)

    def _refuse_beyond(self, found: str) -> None:
        raise UnreadableFile("intake.broken_xml", self._parser.CurrentLineNumber, {"found": found})

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._open.append(name.upper())
        self._text = ""
        if len(self._open) > DEEPEST:
            self._refuse_beyond(f"more than {DEEPEST} elements within each other; an end tag is missing")
        if len(self._open) == _PERSON_DEPTH:
            self._groups, self._parts = [], 0
        if len(self._open) >= _PERSON_DEPTH:
            self._parts += 1
            if self._parts > MOST_PARTS:
                self._refuse_beyond(f"one child with more than {MOST_PARTS:,} elements; an end tag is missing")
            self._within.append(_Group(self._open[-1], self._parser.CurrentLineNumber))

    def _read(self, text: str) -> None:
        if self._within:
            self._text += text
        if len(self._text) > LONGEST_VALUE:
            self._refuse_beyond(f"a value of more than {LONGEST_VALUE:,} characters")

    def _end(self, _: str) -> None:
        name = self._open.pop()
        if not self._within:
            return
        group = self._within.pop()
        if group.fields or name in self._table_of:
            self._groups.append(group)
        elif self._within:
            column = self._layout.xml_names.get(name.lower(), name.lower())
            self._within[-1].fields[column] = self._text
        self._text = ""
        if len(self._open) < _PERSON_DEPTH:
            self._keep_person()

    def _keep_person(self) -> None:
        about: dict[str, str] = {}
        for group in self._groups:
            if group.name == _HEADER or group.name not in self._table_of:
                about |= {column: group.fields[column] for column in self._known & group.fields.keys()}
        for group in self._groups:
            if table := self._table_of.get(group.name):
                self.spools[table.name].add(group.line, about | group.fields)
        first = min((group.line for group in self._groups), default=0)
        for table in self._layout.tables:
            if any(about.get(flag.lower(), "").strip() not in ("", "0") for flag in table.xml_flags):
                self.spools[table.name].add(first, about)
