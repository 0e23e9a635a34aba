"""Spine, driver tree and waterfall: what makes one authority's figures."""

from dataclasses import replace
from itertools import pairwise

import pytest

from reporting.charts.driver_tree import Node, draw_driver_tree, driver_tree
from reporting.charts.figures import MISSING, Figure, Subject
from reporting.charts.lettering import Box, text_width
from reporting.charts.spine import LEFT, NAME, RIGHT, draw_spine, spine
from reporting.charts.spine_parts import SpineRow
from reporting.charts.waterfall import REST, Step, draw_waterfall, waterfall
from tests.support.gallery import a_spine

COST = Subject("b8", "B8", "£", 0)
LIMITS = (Figure(6.0), Figure(8.0), Figure(12.0), Figure(14.0))
ROW = SpineRow(
    "Stability",
    "%",
    1,
    "low",
    Figure(7.0, key="own"),
    Figure(10.0),
    (Figure(9.0), Figure(11.0)),
    (Figure(6.5), Figure(15.0)),
    LIMITS,
    Figure(9.5),
    Figure(10.5),
    tuple(map(Figure, (9.0, 8.5, 8.0, 7.5, 7.0))),
    "A",
)
MIDDLE = (LEFT + RIGHT) / 2


def drawn(row: SpineRow) -> dict[str, float]:
    return spine([row], "Dudley", "West Midlands").rows[0].x


@pytest.mark.parametrize(("polarity", "is_right"), [("low", True), ("high", False), ("none", False)])
def test_better_is_always_right_and_where_neither_is_more_is(polarity: str, is_right: bool):
    assert (drawn(replace(ROW, polarity=polarity))["own"] > MIDDLE) == is_right


@pytest.mark.parametrize(
    ("own", "polarity", "place"),
    [
        (7.0, "low", "better"),
        (7.0, "high", "worse"),
        (7.0, "none", "lower"),
        (13.0, "none", "higher"),
        (13.0, "low", "worse"),
        (10.0, "low", "within"),
    ],
)
def test_the_place_beside_the_limits_is_said_by_polarity(own: float, polarity: str, place: str):
    assert replace(ROW, own=Figure(own), polarity=polarity).place == place


def test_a_row_is_scaled_around_the_region_and_reaches_an_edge():
    row = spine([ROW], "Dudley", "West Midlands").rows[0]
    assert row.whole is not None and row.whole[0] == LEFT
    assert row.slice is not None and row.band is not None and row.slice[0] < row.band[0] < MIDDLE
    assert all(LEFT <= x <= RIGHT for x in row.x.values())
    # Twice as far from the region is drawn twice as far away.
    assert MIDDLE - row.x["near"] == pytest.approx(row.x["type"] - MIDDLE, abs=0.2)


def test_rows_keep_their_order_and_polarity_stands_in_words():
    rows = [replace(ROW, name=name, polarity=polarity) for name, polarity in (("One", "none"), ("Two", "high"))]
    picture = draw_spine(Subject("s", "Spine"), rows, "Dudley", "West Midlands")
    assert picture.svg.index(">One<") < picture.svg.index(">Two<")
    assert ">neither end</text>" in picture.svg and ">high</text>" in picture.svg
    assert [row[-1] for row in picture.rows] == ["neither end", "high"]
    assert "where neither end is better, more is to the right" in picture.svg


def test_the_ending_of_a_long_name_is_never_cut():
    title = "Weekly cost of children looked after in own children's homes"
    lines = {
        name: spine([replace(ROW, name=f"{name}, 2007-08", ending=", 2007-08")], "", "").rows[0].name
        for name in ("Short", title, f"{title} and {title}")
    }
    assert all(words[-1].endswith("2007-08") for words in lines.values())
    assert lines["Short"] == ("Short, 2007-08",) and " ".join(lines[title]) == f"{title}, 2007-08"
    assert len(lines[title]) == 3
    assert lines[f"{title} and {title}"][-1].endswith("…, 2007-08")
    assert all(text_width(line) <= NAME for words in lines.values() for line in words)


def test_a_spine_says_what_stands_out():
    rows = [ROW, replace(ROW, name="Cost", own=Figure(10.1)), replace(ROW, name="Delays", own=MISSING)]
    words = draw_spine(Subject("s", "Spine"), rows, "Dudley", "West Midlands").description
    assert words == (
        "3 indicators of Dudley beside West Midlands. Of 2 with limits: 1 better than the 95 % limits "
        "(Stability); 1 within. No figure: Delays."
    )


@pytest.mark.parametrize(
    "row",
    [
        SpineRow("Bare", "", 0, "high", MISSING, MISSING),
        replace(ROW, own=MISSING),
        replace(ROW, region=MISSING),
        replace(
            ROW, own=Figure(10.0), ends=None, quartiles=None, limits=None, own_type=MISSING, neighbours=MISSING
        ),
        replace(ROW, quartiles=(MISSING, Figure(1.0)), limits=(MISSING,) * 4),
        replace(ROW, name="Very long " * 40),
        replace(ROW, own=Figure(-7.0), region=Figure(-10.0)),
        replace(ROW, years=(MISSING, Figure(1.0), MISSING)),
        replace(ROW, region=Figure(0.0), own=Figure(0.0)),
    ],
)
def test_a_spine_of_hard_cases_is_drawn(row: SpineRow):
    picture = draw_spine(Subject("s", "Spine"), [row], "Dudley", "West Midlands")
    own = spine([row], "Dudley", "West Midlands").rows[0].x.get("own")
    assert (own is None) == (row.own.value is None or row.region.value is None)
    assert "nan" not in picture.svg.lower()
    assert ("no figure" in picture.svg) == (row.own.value is None or row.region.value is None)


def test_twenty_five_rows_are_small():
    assert len(a_spine(25).svg.encode()) <= 40_000
    assert draw_spine(Subject("s", "Spine"), [], "Dudley", "West Midlands").rows == ()


def node(title: str, *children: Node, adds: float | None = 1.0, **more: str) -> Node:
    return Node(title, Figure(2.0), Figure(1.0), "£", 0, Figure(adds), children=children, **more)


def test_parents_stand_left_of_their_children_and_boxes_do_not_meet():
    leaves = [node(f"Leaf {n}", cannot_be_split="nobody knows how the two are told apart") for n in range(9)]
    root = node(
        "Root", node("A", *leaves[:4]), node("B"), node("C", node("D", *leaves[4:7]), *leaves[7:]), operator="+"
    )
    chart = driver_tree(COST, root, "Dudley", "West Midlands")
    boxes = [Box(one.x, one.top, one.x + chart.column, one.top + one.height) for one in chart.nodes]
    assert not any(one.meets(other) for place, one in enumerate(boxes) for other in boxes[:place])
    assert all(one.x < child.x for one in chart.nodes for child in one.children)
    assert all(box.left >= 0 and box.right <= chart.width and box.bottom <= chart.height for box in boxes)
    assert len(chart.nodes[0].operators) == 2


def test_one_part_stands_taller_than_its_only_child():
    chart = driver_tree(
        COST, node("R" * 90, node("a"), node("b", node("B" * 90, cannot_be_split="x" * 90))), "D", "W"
    )
    tops = sorted((one.x, one.top, one.top + one.height) for one in chart.nodes)
    assert all(one[2] <= other[1] for one, other in pairwise(tops) if one[0] == other[0])


def test_a_tree_says_what_adds_most_and_what_cannot_be_split():
    root = node(
        "Cost", node("Price", adds=-9.0), node("Mix", adds=4.0), node("Rest", adds=None, cannot_be_split="why")
    )
    picture = draw_driver_tree(COST, root, "Dudley", "West Midlands")
    assert picture.description == (
        "Cost: Dudley £2, West Midlands £1, a difference of +£1. The largest contributions: Price (−£9) and "
        "Mix (+£4). Cannot be split: Rest."
    )
    assert picture.rows[3] == ("Rest", "£2", "£1", "", "cannot be split: why")
    assert "cannot be split: why" in picture.svg


def test_a_part_without_a_figure_is_no_zero():
    picture = draw_driver_tree(COST, Node("Cost", MISSING, MISSING), "Dudley", "West Midlands")
    assert picture.svg.count("no figure</text>") == 2 and "£0" not in picture.svg
    assert draw_driver_tree(COST, node("Cost", adds=0.0), "Dudley", "West Midlands").rows[0][3] == "£0"


def test_a_tree_that_cannot_be_read_is_refused():
    deep = node("1", node("2", node("3", node("4", node("5", node("6"))))))
    for root in (deep, node("root", *(node(str(n)) for n in range(25)))):
        with pytest.raises(ValueError, match="cannot be read"):
            driver_tree(COST, root, "Dudley", "West Midlands")


START, END = ("West Midlands", Figure(100.0)), ("Dudley", Figure(90.0, key="own"))


def test_each_step_begins_where_the_one_before_it_ends():
    chart = waterfall(COST, START, [Step("A", Figure(60.0)), Step("B", Figure(-70.0))], END)
    first, up, down, last = chart.bars
    assert first.end == up.left and up.right == down.right and down.left == last.end
    assert [one.text for one in chart.bars] == ["£100", "+£60", "−£70", "£90"]
    assert first.left == last.left == chart.x.at(0.0)


def test_what_the_steps_leave_is_a_step_of_its_own():
    steps = [Step("Fees", Figure(-4.0), "price"), Step("Homes", MISSING, "mix")]
    picture = draw_waterfall(COST, START, steps, END)
    assert (REST, "−£6") in picture.rows and ("Homes, mix", "no figure") in picture.rows
    assert REST not in str(draw_waterfall(COST, START, [Step("Fees", Figure(-10.2))], END).rows)
    assert picture.description == (
        "From West Midlands, £100, to Dudley, £90: −£10. Not explained by these steps takes away most (−£6). "
        "No figure: Homes, mix."
    )


def test_a_total_that_does_not_begin_at_zero_is_a_mark_and_no_bar():
    chart = waterfall(COST, ("West Midlands", Figure(702.0)), [Step("A", Figure(-2.0))], ("Dudley", Figure(700.0)))
    assert chart.x.start > 0
    assert {round(one.right - one.left) for one in (chart.bars[0], chart.bars[-1])} == {6}
    assert (
        "does not begin at zero"
        in draw_waterfall(
            COST, ("West Midlands", Figure(702.0)), [Step("A", Figure(-2.0))], ("Dudley", Figure(700.0))
        ).svg
    )


@pytest.mark.parametrize(
    ("start", "steps", "end"),
    [
        (0.0, [], 0.0),
        (5.0, [], 5.0),
        (-5.0, [Step("A", Figure(-3.0))], -8.0),
        (0.0, [Step("A" * 200, Figure(1e6))], 1e6),
    ],
)
def test_a_waterfall_of_hard_cases_is_drawn(start: float, steps: list[Step], end: float):
    picture = draw_waterfall(COST, ("West Midlands", Figure(start)), steps, ("Dudley", Figure(end)))
    assert len(picture.rows) == len(steps) + 2


def test_a_waterfall_needs_both_ends():
    with pytest.raises(ValueError, match="Dudley has no figure"):
        draw_waterfall(COST, START, [], ("Dudley", MISSING))


def test_markup_is_text():
    bad = "<script>"
    for picture in (
        draw_spine(Subject("s", "Spine"), [replace(ROW, name=bad)], bad, bad),
        draw_driver_tree(COST, node(bad, cannot_be_split=bad), bad, bad),
        draw_waterfall(COST, (bad, Figure(1.0)), [Step(bad, Figure(1.0))], (bad, Figure(2.0))),
    ):
        assert bad not in picture.svg and bad not in picture.__html__()


def test_long_numbers_are_set_closer_instead_of_over_one_another():
    long, short = Node("Cost", Figure(20_123_456.0), Figure(19_876_543.0), "£"), node("Cost")
    deep = node("1", node("2", node("3", node("4", long, short))))
    fits = {one.node: one.fit for one in driver_tree(COST, deep, "Dudley", "West Midlands").nodes}
    assert fits[long] > 0 and fits[short] == 0
    row = spine([replace(ROW, unit="£", own=Figure(-1_234_567.5))], "Dudley", "West Midlands").rows[0]
    assert row.own_fit > 0 and row.region_fit == 0
