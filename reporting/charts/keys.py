"""The keys of a table, as attributes of its elements: whole ones, or what many have in common written once.

A key names a number in pieces: `A1:2024-25:p:dudley:lower_95`. Where keys are shared, that of a cell is what the
table begins with (`data-of`), what its column goes on with (`data-before`), its row (`data-row`), its column once
more (`data-after`), and what is left for the cell (`data-key`). So a cell in a row and a column that have these
has a key without saying so, unless it is empty or has `data-none`; a `data-key` that begins anew is a whole key.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from markupsafe import Markup

Keys = Sequence[Sequence[str | None]]
# What stands before and after the keys of the rows in a column; None where it has none of them.
Column = tuple[str, str] | None

GOES_ON = (":", ".")
# What an attribute costs besides its value.
ATTRIBUTE = len(' data-key=""')

_PIECE = re.compile(r"[:.]?[^:.]+")


@dataclass(frozen=True)
class TableKeys:
    """The attributes that a table, its headings, its rows and its cells carry."""

    table: Markup
    headings: tuple[Markup, ...]
    rows: tuple[Markup, ...]
    cells: tuple[tuple[Markup, ...], ...]

    @property
    def size(self) -> int:
        """How long all of them are."""
        return sum(
            map(len, (self.table, *self.headings, *self.rows, *(cell for row in self.cells for cell in row)))
        )


def whole_keys(keys: Keys, columns: int) -> TableKeys:
    """Write each key where it belongs."""
    return TableKeys(
        Markup(""), (Markup(""),) * columns, (Markup(""),) * len(keys),
        tuple(tuple(_attribute("key", key) for key in row) for row in keys),
    )  # fmt: skip


def shared_keys(keys: Keys, words: Sequence[Sequence[str]], columns: int) -> TableKeys:
    """Write what keys have in common once; `words` says which cells hold anything."""
    of = common_beginning(key for row in keys for key in row if key)
    rest = [[None if key is None else key.removeprefix(of) for key in row] for row in keys]
    in_columns = [[row[column] for row in rest] for column in range(columns)]
    ways = ([begin(column) for column in in_columns] for begin in (_beginning_of_all, _beginning_of_most))
    return min((_shared(keys, words, of, rest, before) for before in ways), key=lambda shared: shared.size)


def _shared(
    keys: Keys, words: Sequence[Sequence[str]], of: str, rest: Keys, before: Sequence[str]
) -> TableKeys:  # fmt: skip
    """Share keys out, whose columns begin so."""
    without = [[key and _left(begins, key) for begins, key in zip(before, row, strict=True)] for row in rest]
    rows = [_row(row) for row in without]
    ends = [_after(rows, [row[column] for row in without]) for column in range(len(before))]
    around = [None if end is None else (begin, end) for begin, end in zip(before, ends, strict=True)]
    return TableKeys(
        _attribute("of", of or None),
        tuple(_heading(column) for column in around),
        tuple(_attribute("row", row) for row in rows),
        tuple(
            tuple(_cell(*cell, of, row) for cell in zip(in_row, said, around, strict=True))
            for in_row, said, row in zip(keys, words, rows, strict=True)
        ),
    )


def _heading(column: Column) -> Markup:
    return (
        Markup("") if column is None else _attribute("before", column[0] or None) + _attribute("after", column[1])
    )


def _cell(key: str | None, words: str, column: Column, of: str, row: str | None) -> Markup:
    """Write what is left of the key of a cell, or that it has none where it would have one."""
    is_taken = column is not None and row is not None
    if key is None:
        return Markup(" data-none") if is_taken and words else Markup("")
    before, after = column or ("", "")
    own = _left(of + before + (row or "") + after, key)
    return Markup("") if own == "" and is_taken else _attribute("key", key if own is None else own)


def common_beginning(keys: Iterable[str]) -> str:
    """Return the pieces that all keys begin with."""
    pieces = [_PIECE.findall(key) for key in keys]
    return "".join(
        first for first, *_ in takewhile(lambda found: len(set(found)) == 1, zip(*pieces, strict=False))
    )


def _attribute(name: str, value: str | None) -> Markup:
    if value is None:
        return Markup("")
    return Markup(' data-{}="{}"').format(name, value) if value else Markup(" data-{}").format(name)


def _left(begins: str, key: str) -> str | None:
    """Return what is left of a key that begins so; None if it does not, or ends within a piece."""
    own = key.removeprefix(begins)
    return own if not begins or (own != key and (not own or own[0] in GOES_ON)) else None


def _beginning_of_all(column: Sequence[str | None]) -> str:
    """Return what the keys of a column begin with; what is the same in all rows may also stand after the row."""
    found = {key for key in column if key}
    return common_beginning(found) if len(found) > 1 else ""


def _beginning_of_most(column: Sequence[str | None]) -> str:
    """Return that beginning of keys of a column which leaves least of them."""
    pieces = [_PIECE.findall(key) for key in {key for key in column if key}]
    beginnings = Counter("".join(found[:end]) for found in pieces for end in range(1, len(found)))
    return max(sorted(beginnings), key=lambda begins: (beginnings[begins] - 1) * len(begins), default="")


def _row(keys: Sequence[str | None]) -> str | None:
    """Return that beginning which leaves least of the keys of a row."""
    found = [key for key in keys if key]
    if not found:
        return None
    beginnings = {common_beginning(found), *found, *("".join(_PIECE.findall(key)[:-1]) for key in found)}
    return min(sorted(beginnings), key=lambda begins: sum(_cost(begins, key) for key in found))


def _cost(begins: str, key: str) -> int:
    own = _left(begins, key)
    return ATTRIBUTE + len(key) if own is None else len(own)


def _after(rows: Sequence[str | None], column: Sequence[str | None]) -> str | None:
    """Return how most keys of a column end; None where none goes on from its row."""
    left = [
        own for row, key in zip(rows, column, strict=True)
        if row is not None and key is not None and (own := _left(row, key)) is not None
    ]  # fmt: skip
    return Counter(sorted(left)).most_common(1)[0][0] if left else None
