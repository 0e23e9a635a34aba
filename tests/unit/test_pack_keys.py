"""The keys of a table, written in few bytes and read again: what stands in a cell has the key that it had."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from reporting.charts.keys import Keys, shared_keys, whole_keys
from reporting.charts.picture import Picture
from reporting.packs.claims import read_claims

PIECES = st.sampled_from(["A1", "A1.UNDER1", "B8", "2006-07", "s", "p", "dudley", "upper_95"])
KEY = st.lists(PIECES, min_size=1, max_size=5).map(":".join)
GRIDS = st.integers(1, 5).flatmap(
    lambda columns: st.lists(st.lists(st.none() | KEY, min_size=columns, max_size=columns), min_size=1, max_size=6)
)


def page_of(keys: Keys, is_shared: bool) -> str:
    """A page with a picture whose table has these keys; each cell says where it stands."""
    words = tuple(tuple(f"{line} {column}" for column in range(len(row))) for line, row in enumerate(keys))
    columns = tuple(f"Column {number}" for number in range(len(keys[0])))
    picture = Picture(Markup("<svg></svg>"), "Title", "Words.", columns, words, tuple(map(tuple, keys)))
    return str(picture.on_page(picture.svg, picture.shared_keys if is_shared else whole_keys(keys, len(columns))))


def read_again(page: str) -> list[tuple[str, str]]:
    return read_claims("a.html", page.encode()).numbers


@given(GRIDS)
def test_shared_keys_are_read_as_the_whole_ones(keys: Keys) -> None:
    whole = [
        (key, f"{line} {column}")
        for line, row in enumerate(keys)
        for column, key in enumerate(row)
        if key is not None
    ]
    assert read_again(page_of(keys, is_shared=False)) == whole
    assert read_again(page_of(keys, is_shared=True)) == whole


YEARS = ("2005-06:s", "2006-07:s", "2007-08:p")
PLACES = ("dudley", "walsall", "west-midlands")


@pytest.mark.parametrize(
    "keys",
    [
        [[None, *(f"B17:{year}:{place}" for year in YEARS)] for place in PLACES],
        [[None, *(f"A1:2024-25:p:{place}{what}" for what in ("", ":lower_95"))] for place in PLACES],
        [[None, f"B8:2007-08:s:{place}", f"A1:2007-08:p:{place}", f"A1:2007-08:p:{place}:upper_95"]
         for place in PLACES],
    ],
    ids=["years", "limits", "cost and outcome"],
)  # fmt: skip
def test_a_cell_of_a_table_that_is_even_says_nothing_of_its_own(keys: Keys) -> None:
    found = shared_keys(keys, [["x"] * len(row) for row in keys], len(keys[0]))
    assert not any(cell for row in found.cells for cell in row)


def test_a_cell_without_a_key_among_those_that_have_one_says_so() -> None:
    keys = [[f"A1:{year}:{place}" for year in YEARS] for place in PLACES]
    keys[1][1] = None
    found = shared_keys(keys, [["x"] * 3 for _ in keys], 3)
    assert [[bool(cell) for cell in row] for row in found.cells] == [
        [False] * 3,
        [False, True, False],
        [False] * 3,
    ]
    assert shared_keys(keys, [["x", "", "x"]] * 3, 3).cells[1][1] == ""
