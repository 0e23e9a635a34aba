"""What a file of a pack claims: its numbers and sentences under their keys, and everything else it holds."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pikepdf
from python_calamine import CalamineError, CalamineWorkbook

from ingestion.errors import ClubError
from reporting.packs.tidy_file import NUMBERS

Number = tuple[str, str]

# What the libraries raise of a file that is not what its name says.
UNREADABLE = (
    UnicodeDecodeError, csv.Error, zipfile.BadZipFile, pikepdf.PdfError, CalamineError, ValueError, KeyError,
)  # fmt: skip


@dataclass
class Claims:
    """Numbers in the order of the file, sentences by key, and the rest piece by piece, with where each stands."""

    stamp: str = ""
    numbers: list[Number] = field(default_factory=list)
    sentences: dict[str, str] = field(default_factory=dict)
    rest: list[tuple[str, str]] = field(default_factory=list)


def read_claims(name: str, content: bytes) -> Claims:
    """Read a file of a pack by the end of its name.

    Raises:
        ClubError: it is no form of a pack, or cannot be read as what its name says.
    """
    kind = Path(name).suffix.lower()
    readers = {".html": _of_page, ".xlsx": _of_workbook, ".csv": _of_tidy_file, ".pdf": _of_pdf}
    if kind not in readers:
        raise ClubError(f"{name} is no form of a pack: those end in {', '.join(readers)}.")
    try:
        return readers[kind](content)
    except UNREADABLE as error:
        raise ClubError(f"{name} cannot be read as {kind[1:].upper()}, {error}") from error


class _Tables:
    """What the keys of a table's columns and rows have in common (`reporting/charts/keys.py`)."""

    def __init__(self) -> None:
        self._columns: list[tuple[str, str] | None] = []
        self._row: str | None = None
        self._is_heading = False
        self._turn = 0

    def enter(self, tag: str, attributes: Mapping[str, str | None]) -> tuple[str, bool]:
        """Take in the beginning of an element; return what its row and column share, and whether that is a key."""
        if tag in ("thead", "tbody"):
            self._is_heading = tag == "thead"
            self._columns = [] if self._is_heading else self._columns
        elif tag == "tr":
            self._turn, self._row = 0, _value(attributes, "data-row")
        elif tag in ("th", "td"):
            self._turn += 1
            if not self._is_heading:
                return self._shared(attributes)
            after = _value(attributes, "data-after")
            self._columns.append(None if after is None else (attributes.get("data-before") or "", after))
        return "", False

    def _shared(self, attributes: Mapping[str, str | None]) -> tuple[str, bool]:
        column = self._columns[self._turn - 1] if self._turn <= len(self._columns) else None
        before, after = column or ("", "")
        is_keyed = column is not None and self._row is not None and "data-none" not in attributes
        return before + (self._row or "") + after, is_keyed


def _value(attributes: Mapping[str, str | None], name: str) -> str | None:
    """Return the value of an attribute, which may be empty; None if there is no such attribute."""
    return (attributes[name] or "") if name in attributes else None


class _Page(HTMLParser):
    """Collects the text of every element that carries a key, and that of every sentence."""

    EMPTY = frozenset({"meta", "br", "line", "path", "rect", "circle", "polygon", "polyline", "use", "link", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.claims = Claims()
        self._open: list[tuple[str, str | None, str | None]] = []
        self._scopes: list[str] = []
        self._texts: list[list[str]] = []
        self._tables = _Tables()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        found = dict(attrs)
        if tag == "meta" and found.get("name") == "club-pack":
            self.claims.stamp = found.get("content") or ""
        if tag in self.EMPTY:
            return
        scope = _within(self._scopes[-1] if self._scopes else "", found.get("data-of") or "")
        shared, is_keyed = self._tables.enter(tag, found)
        own = _value(found, "data-key") if "data-key" in found or not is_keyed else ""
        key = None if own is None else _within(scope + shared, own)
        self._open.append((tag, key, found.get("data-said")))
        self._scopes.append(scope)
        self._texts.append([])

    def handle_data(self, data: str) -> None:
        """Take in text: it belongs to every element that is open and asks for it."""
        for (_, key, said), texts in zip(self._open, self._texts, strict=True):
            if key or said:
                texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """End an element, and those in it that were never ended."""
        while self._open and tag not in self.EMPTY:
            name, key, said = self._open.pop()
            self._scopes.pop()
            text = "".join(self._texts.pop()).strip()
            # A cell may have its key by its row and column alone, and nothing in it.
            if key and text:
                self.claims.numbers.append((key, text))
            if said:
                self.claims.sentences[said] = text
            if name == tag:
                return


def _within(scope: str, key: str) -> str:
    """Complete a key that is empty, or goes on with a colon or a point, by what the keys around it begin with."""
    return scope + key if not key or key[0] in ":." else key


def _of_page(content: bytes) -> Claims:
    page, text = _Page(), content.decode()
    page.feed(text)
    page.close()
    page.claims.rest = [(f"line {number}", line) for number, line in enumerate(text.splitlines(), start=1)]
    return page.claims


def _of_workbook(content: bytes) -> Claims:
    claims = Claims()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        claims.rest = [(part, sha256(parts.read(part)).hexdigest()) for part in sorted(parts.namelist())]
        properties = parts.read("docProps/core.xml").decode()
        claims.stamp = properties.partition("<cp:keywords>")[2].partition("</cp:keywords>")[0]
    book = CalamineWorkbook.from_object(io.BytesIO(content))
    for name in book.sheet_names:
        heading, *rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        _take_sheet(claims, name, [str(cell) for cell in heading], rows)
    return claims


def _take_sheet(claims: Claims, name: str, heading: list[str], rows: Iterable[Sequence[object]]) -> None:
    for row in rows:
        key = str(row[0])
        if name == "Front page":
            claims.sentences.update({key: str(row[1])} if key else {})
            continue
        claims.numbers += [
            (f"{key}:{column}", repr(value))
            for column, value in zip(heading, row, strict=True)
            if isinstance(value, float)
        ]


def _of_tidy_file(content: bytes) -> Claims:
    text = content.decode()
    lines = text.splitlines()
    claims = Claims(rest=[(f"line {number}", line) for number, line in enumerate(lines, start=1)])
    for row in csv.DictReader(io.StringIO(text)):
        claims.numbers += _numbers_of(row)
        if "says" in row:
            claims.sentences[row["key"]] = row["says"]
    return claims


def _numbers_of(row: dict[str, str]) -> Iterator[Number]:
    yield from ((f"{row['key']}:{column}", row[column]) for column in sorted(NUMBERS) if row.get(column))


def _of_pdf(content: bytes) -> Claims:
    claims = Claims()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        claims.stamp = str(pdf.docinfo.get("/Keywords", ""))
        for number, page in enumerate(pdf.pages, start=1):
            claims.rest.append((f"page {number}", sha256(_drawn(page)).hexdigest()))
        for name, specification in pdf.attachments.items():
            file = specification.get_file().read_bytes()
            attached = _of_tidy_file(file)
            claims.numbers += attached.numbers
            claims.sentences.update(attached.sentences)
            claims.rest.append((name, sha256(file).hexdigest()))
    claims.rest.append(("the file as a whole", sha256(content).hexdigest()))
    return claims


def _drawn(page: pikepdf.Page) -> bytes:
    page.contents_coalesce()
    return bytes(page.Contents.read_bytes())
