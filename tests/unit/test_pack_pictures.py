"""What tells the pictures of a pack apart."""

from types import SimpleNamespace
from typing import cast

from reporting.packs.driver_pictures import driver_tree_picture
from reporting.packs.pack import Pack
from reporting.packs.rows import Driver


def a_tree(tree_code: str) -> Driver:
    return Driver(
        "dudley", "A1", tree_code, "2024-25", "submitted", tree_code, None, 1, "whole",
        "Children with three or more placements", "%", 9.0, 10.0, -1.0, "%", tree_code, None,
    )  # fmt: skip


def test_trees_of_one_indicator_have_titles_of_their_own() -> None:
    pack = cast(Pack, SimpleNamespace(authority_name="Dudley", region="West Midlands"))
    titles = {driver_tree_picture(pack, [a_tree(code)]).title for code in ("a1_by_age", "a1_by_placement")}
    assert len(titles) == 2
