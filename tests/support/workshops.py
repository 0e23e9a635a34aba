"""Workshops for tests: invented figures of the members, an attacker, and everything that a file holds."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from random import Random

import numpy as np
import pikepdf
from scipy.optimize import linear_sum_assignment

from reporting.workshop.banding import Limits
from reporting.workshop.choosing import Wanted
from reporting.workshop.draw import Workshop, draw_workshop
from reporting.workshop.figures import Measured
from reporting.workshop.pages import ForTheRoom, Prior, render
from samples.members import members

WITHIN = Wanted(Limits())
PRIOR = Prior(58, "ab" * 32)

_NUMBER = re.compile(rb"\d[\d,]*(?:\.\d+)?")
# A label and where its mark stands, as the drawing has them.
_MARK = re.compile(r'<circle cx="(\d+)" cy="(\d+)" [^>]*/><text [^>]*>(\d+[A-Z])</text>')


def measured(
    values: Mapping[str, float | None], code: str = "X1", title: str = "Stays that end early"
) -> Measured:
    """An indicator with these figures."""
    return Measured("a_group", "A group", code, title, "2024-25", "low", values)


def invented(seed: int = 1, indicators: int = 3) -> list[Measured]:
    """Some indicators with figures of all fourteen, one member missing in the second."""
    random = Random(seed)
    codes = [member.code for member in members()]
    figures = [{code: round(random.gauss(712, 80), 4) for code in codes} for _ in range(indicators)]
    return [
        measured(values | ({codes[seed % 14]: None} if number == 1 else {}), f"X{number}", f"Figure {number}")
        for number, values in enumerate(figures)
    ]


def drawn(seed: int, figures: Sequence[Measured] | None = None, wanted: Wanted = WITHIN) -> Workshop:
    """A workshop of these figures, or of invented ones."""
    return draw_workshop("a_round", figures or invented(), wanted, Random(seed))


def page_of(workshop: Workshop) -> str:
    """What participants see on a screen."""
    return render("pictures.html.j2", workshop=ForTheRoom.of(workshop, PRIOR, is_seeded=False), on_paper=False)


def marks_on(page: str) -> dict[str, dict[str, tuple[int, int]]]:
    """Where each label of each picture stands, read from the page and from nothing else."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for x, y, label in _MARK.findall(page):
        found.setdefault(f"picture_{label[:-1]}", {})[label] = (int(x), int(y))
    return found


def attack(marks: Mapping[str, tuple[int, int]], known: Mapping[str, float]) -> dict[str, str]:
    """Name every label: the assignment that puts the known figures into the order of the marks.

    Labels that stand further right have higher figures; what is left to choose is what the drawing leaves open.
    """
    labels, who = list(marks), list(known)
    order = {value: place for place, value in enumerate(sorted(set(known.values())))}
    columns = {x: place for place, x in enumerate(sorted({x for x, _ in marks.values()}))}
    costs = np.array(
        [[abs(columns[marks[label][0]] / len(columns) - order[known[name]] / len(order)) for name in who]
         for label in labels]
    )  # fmt: skip
    rows, found = linear_sum_assignment(costs)
    return {labels[row]: who[column] for row, column in zip(rows, found, strict=True)}


def parts_of(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Everything that a file holds, unpacked: parts of a workbook, streams and objects of a PDF."""
    yield name, content
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                yield f"{name}/{part.filename}", archive.read(part)
    if name.endswith(".pdf"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            for number, each in enumerate(pdf.objects):
                if isinstance(each, pikepdf.Stream):
                    yield f"{name}/stream {number}", each.read_bytes()
                yield f"{name}/object {number}", each.unparse(resolved=True)


def words_of(pdf: bytes) -> str:
    """The words that a PDF shows, whose streams hold numbers of glyphs, and every text in its objects."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [
            each for each in document.objects if isinstance(each, pikepdf.Dictionary) and "/ToUnicode" in each
        ]
        glyphs = {font.objgen: _glyphs(font.ToUnicode.read_bytes().decode()) for font in fonts}
        shown = [word for page in document.pages for word in _shown(page, glyphs)]
        return "".join(shown) + "\n" + "\n".join(text for each in document.objects for text in _texts(each))


def _glyphs(table: str) -> dict[str, str]:
    """Read which glyph is which letter."""
    pairs = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]+)>", table, re.IGNORECASE)
    return {glyph.lower(): bytes.fromhex(letters).decode("utf-16-be") for glyph, letters in pairs}


def _shown(page: pikepdf.Page, glyphs: Mapping[tuple[int, int], Mapping[str, str]]) -> Iterator[str]:
    """Yield what a page and the drawings on it show."""
    for part in (page, *page.get("/Resources", {}).get("/XObject", {}).values()):
        letters: Mapping[str, str] = {}
        for operands, operator in pikepdf.parse_content_stream(part):
            if str(operator) == "Tf":
                letters = glyphs.get(page.Resources.Font[str(operands[0])].objgen, {})
            elif str(operator) in ("Tj", "TJ"):
                given = operands[0] if str(operator) == "TJ" else operands
                for text in (each for each in given if isinstance(each, pikepdf.String)):
                    codes = bytes(text).hex()
                    yield "".join(letters.get(codes[at : at + 4], "?") for at in range(0, len(codes), 4))
                yield " "


def _texts(found: object) -> Iterator[str]:
    if isinstance(found, pikepdf.String):
        yield str(found)
    elif isinstance(found, pikepdf.Array):
        for each in found:
            if not getattr(each, "is_indirect", False):
                yield from _texts(each)
    elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        for key in found:
            if not getattr(found[key], "is_indirect", False):
                yield from _texts(found[key])


def figures_in(parts: Mapping[str, bytes], figures: set[str]) -> list[tuple[str, str]]:
    """Which of these figures stand in which part, as numbers of their own.

    A coordinate of a drawing that begins with the same digits is another number: every rounding is tried.
    """
    return [
        (name, number.decode())
        for name, part in parts.items()
        for number in _NUMBER.findall(part.replace(b"\0", b""))
        if number.decode() in figures
    ]


def ways_to_write(value: float) -> set[str]:
    """A figure as it might be written somewhere, to so many digits that it would be no accident."""
    texts = {f"{value:.{digits}f}" for digits in range(1, 7)} | {repr(value), f"{value:,.2f}"}
    return {text for text in texts if len(text.replace(".", "").replace(",", "").lstrip("0-")) >= 5}
