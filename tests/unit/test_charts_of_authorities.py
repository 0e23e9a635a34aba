"""Funnel, quadrant and dot plot: many authorities in one picture, the own one first among them."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.charts.dot_plot import Dot, Words, draw_dot_plot
from reporting.charts.figures import MISSING, Figure, Subject
from reporting.charts.funnel import BOTTOM, TOP, _limits, draw_funnel, funnel
from reporting.charts.funnel_parts import FunnelPoint
from reporting.charts.picture import Picture
from reporting.charts.quadrant import Measured, QuadrantPoint, draw_quadrant, quadrant, quarter
from tests.support.gallery import CHILDREN, MEMBERS, SHARES, a_funnel, a_national_funnel, limits_at

A1 = Subject("a1", "A1", "%", 1)
REGION = Figure(9.8)
COST = Measured("Cost", "£", 0, Figure(700.0))
OUTCOME = Measured("Outcome", "%", 1, Figure(10.0))
WORDS = Words("dots", "A1", "In alphabetical order.", "%", "West Midlands 9.8")


def point(name: str, value: float | None, size: float | None = 500, is_own: bool = False) -> FunnelPoint:
    limits = limits_at(size) if size else None
    return FunnelPoint(name, Figure(value), Figure(size), limits, is_own, is_member=True)


def test_the_funnel_narrows_as_authorities_grow():
    points = [point(name, share, size) for name, share, size in zip(MEMBERS, SHARES, CHILDREN, strict=True)]
    chart = funnel(A1, points, "West Midlands", REGION)
    upper_998, upper_95 = (curve for is_outer, curve in reversed(chart.curves) if curve[0][1] < chart.comparator_y)
    assert [y for _, y in upper_95] == sorted(y for _, y in upper_95)
    assert all(far[1] <= near[1] for far, near in zip(upper_998, upper_95, strict=True))
    assert {chart.x.at(size) for size in CHILDREN} <= {x for x, _ in upper_95}


def test_between_two_sizes_the_limits_follow_the_square_root_of_the_size():
    for size, limits in _limits([point("Dudley", 9.0, 400), point("Birmingham", 9.0, 2000)], None):
        assert limits.numbers == pytest.approx(limits_at(size).numbers)


def test_the_own_authority_is_drawn_last_and_told_first():
    picture = draw_funnel(A1, [point("Dudley", 5.0, is_own=True), point("Walsall", 9.0)], "West Midlands", REGION)
    assert picture.description.startswith("Dudley: 5.0\N{NO-BREAK SPACE}%, below the 99.8 % limits.")
    assert "1 below the 99.8 % limits (Dudley)" in picture.description
    assert picture.svg.rindex("Dudley") > picture.svg.rindex("Walsall")


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (5.0, "below the 99.8 % limits"),
        (6.5, "below the 95 % limits"),
        (9.8, "within the limits"),
        (13.0, "above the 95 % limits"),
        (15.0, "above the 99.8 % limits"),
    ],
)
def test_a_place_in_the_funnel_is_said_in_words(value: float, place: str):
    assert point("Dudley", value).position == place


def dots_in(picture: Picture) -> int:
    """How many dots are drawn: those of members one by one, those of all others as one path."""
    return picture.svg.count("<circle") + len(re.findall(r"[M\d]h0(?=m|\")", picture.svg))


@pytest.mark.parametrize(
    "points",
    [
        [],
        [point("Dudley", 7.0)],
        [point("Dudley", 7.0), point("Walsall", 7.0)],
        [point("Dudley", None)],
        [point("Dudley", 7.0, 0)],
        [point("Dudley", 7.0, None)],
        [point("Dudley", -4.0), point("Walsall", -9.0)],
        [replace(point("Dudley", 7.0), limits=None)],
        [point("Bournemouth, Christchurch and Poole " * 9, 7.0)],
        [point("Dudley", 0.0), point("Walsall", 0.0, 1)],
    ],
)
@pytest.mark.parametrize("comparator", [REGION, MISSING])
def test_a_funnel_of_hard_cases_is_drawn(points: list[FunnelPoint], comparator: Figure):
    picture = draw_funnel(A1, points, "West Midlands", comparator)
    assert "nan" not in picture.svg.lower()
    assert dots_in(picture) == sum(point.place is not None for point in points)
    assert len(picture.rows) == len(points) + (comparator.value is not None)


def test_a_missing_figure_is_not_drawn_as_zero():
    picture = draw_funnel(A1, [point("Dudley", None), point("Walsall", 9.0, 0)], "West Midlands", REGION)
    assert dots_in(picture) == 0
    assert picture.rows[0][:3] == ("Dudley", "500", "no figure")
    assert "No figure: Dudley and Walsall." in picture.description


def test_markup_in_a_name_is_text():
    name = "<script>&\"'"
    for picture in (
        draw_funnel(A1, [point(name, 7.0, is_own=True)], name, REGION, name),
        draw_quadrant(A1, [QuadrantPoint(name, Figure(1.0), Figure(2.0), True)], COST, OUTCOME, "low"),
        draw_dot_plot([Dot(name, 7.0)], 9.8, 1, WORDS),
    ):
        assert "<script" not in picture.svg and "&lt;script" in picture.svg
        assert "<script" not in picture.__html__()


def test_curves_stay_inside_the_picture():
    points = [point("Dudley", 9.0, 4000), point("Isles of Scilly", 10.0, 3)]
    chart = funnel(A1, points, "West Midlands", REGION, limits_at=limits_at)
    assert all(TOP <= y <= BOTTOM for _, curve in chart.curves for _, y in curve)


@given(st.lists(st.tuples(st.floats(0, 40), st.integers(1, 9000)), max_size=30))
def test_labels_in_a_funnel_meet_neither_each_other_nor_the_line(figures: list[tuple[float, int]]):
    points = [
        point(MEMBERS[n % 14] + " " * (n // 14), value, size, n == 0) for n, (value, size) in enumerate(figures)
    ]
    chart = funnel(A1, points, "West Midlands", REGION)
    boxes = [label.box for *_, label in chart.marks if label]
    boxes += [chart.comparator.box] if chart.comparator else []
    assert not any(one.meets(other) for place, one in enumerate(boxes) for other in boxes[:place])


def test_the_own_label_finds_a_place_in_a_crowd():
    assert "Solihull 10.4\N{NO-BREAK SPACE}%</text>" in a_national_funnel().svg
    # Each council but the own one, and that of the key.
    assert dots_in(a_national_funnel()) == 149 + 1
    assert dots_in(a_funnel()) == 12


def test_who_stands_apart_is_named_in_a_crowd_of_others():
    crowd = [replace(point(f"Council {n}", 8 + n % 40 / 10, 300 + 5 * n), is_member=False) for n in range(200)]
    members = [point("Dudley", 9.0, 700, is_own=True), *(point(name, 9.5, 500) for name in MEMBERS[1:9])]
    picture = draw_funnel(A1, [*members, point("Walsall", 14.0, 900), *crowd], "West Midlands", REGION)
    assert ">Walsall</text>" in picture.svg and ">Council" not in picture.svg


def test_others_without_limits_are_told_from_those_that_are_judged():
    others = [replace(point(f"Council {n}", 9.0), is_member=False, limits=None) for n in range(5)]
    members = [point("Dudley", 4.0, is_own=True), point("Walsall", 15.0, 800)]
    picture = draw_funnel(A1, [*members, *others], "West Midlands", REGION)
    assert "others, to whom these limits do not apply" in picture.svg
    assert "Of 2 authorities with a figure and limits" in picture.description
    assert "5 more are drawn, to whom these limits do not apply." in picture.description
    assert "others, to whom" not in a_national_funnel().svg


@pytest.mark.parametrize(
    ("cost", "outcome", "polarity", "words"),
    [
        (600, 12.0, "high", "lower cost, better outcome"),
        (600, 12.0, "low", "lower cost, worse outcome"),
        (800, 8.0, "low", "higher cost, better outcome"),
        (800, 8.0, "none", "higher cost, lower outcome"),
        (700, 10.0, "low", "cost at the median, outcome at the median"),
        (None, 8.0, "low", ""),
    ],
)
def test_a_quarter_is_named_by_the_polarity(cost: float | None, outcome: float, polarity: str, words: str):
    assert quarter(QuadrantPoint("Dudley", Figure(cost), Figure(outcome)), COST, OUTCOME, polarity) == words


@pytest.mark.parametrize(("polarity", "better"), [("low", 8.0), ("high", 12.0)])
def test_the_better_outcome_is_above(polarity: str, better: float):
    points = [
        QuadrantPoint("Better", Figure(1.0), Figure(better)),
        QuadrantPoint("Worse", Figure(2.0), Figure(10.0)),
    ]
    marks = {mark.point.name: mark for mark in quadrant(points, COST, OUTCOME, polarity).marks}
    assert marks["Better"].y < marks["Worse"].y


@pytest.mark.parametrize(
    "points",
    [
        [],
        [QuadrantPoint("Dudley", Figure(655), Figure(7.0), True)],
        [QuadrantPoint("Dudley", MISSING, Figure(7.0))],
        [QuadrantPoint(name, Figure(700), Figure(10.0)) for name in MEMBERS],
        [QuadrantPoint("Dudley", Figure(-5, -9, 1), Figure(-2, -3, -1), True)],
    ],
)
def test_a_quadrant_of_hard_cases_is_drawn(points: list[QuadrantPoint]):
    for cost in (COST, replace(COST, median=MISSING)):
        picture = draw_quadrant(A1, points, cost, OUTCOME, "low")
        assert len(picture.rows) == len(points) + 1
        drawn = sum(point.place is not None and not point.is_own for point in points)
        assert picture.svg.count("<circle") == drawn


def test_a_quadrant_says_who_stands_where():
    points = [
        QuadrantPoint("Dudley", Figure(655), Figure(7.0), True),
        QuadrantPoint("Walsall", Figure(800), MISSING),
    ]
    words = draw_quadrant(A1, points, COST, OUTCOME, "low").description
    assert words == (
        "Dudley: lower cost, better outcome (Cost £655, Outcome 7.0\N{NO-BREAK SPACE}%). "
        "Lower cost, better outcome: 1 (Dudley). No figure: Walsall."
    )


def test_the_own_dot_has_another_shape_and_weight():
    plain = draw_dot_plot([Dot("Dudley", 7.0)], 9.8, 1, WORDS)
    own = draw_dot_plot([Dot("Dudley", 7.0, is_own=True)], 9.8, 1, WORDS)
    assert plain.svg.count("<circle") == 1 and "<circle" not in own.svg
    assert own.svg.count('font-weight="600"') == plain.svg.count('font-weight="600"') + 2


def test_the_table_of_a_dot_plot_has_only_what_is_drawn():
    plain = draw_dot_plot([Dot("Dudley", 7.0), Dot("Walsall", None)], 9.8, 1, WORDS)
    assert plain.columns == ("Authority", "Figure, %")
    assert plain.rows == (("Dudley", "7.0"), ("Walsall", "no figure"), ("West Midlands 9.8", "9.8"))
    full = draw_dot_plot([Dot("Dudley", 7.0, (6.0, 8.0), (1, 1, 2), (6.5, 7.5), key="k")], None, 1, WORDS)
    assert full.rows == (("Dudley", "7.0", "6.0", "8.0", "6.5", "7.5", "1", "1", "2"),)
    assert full.keys[0][1] == "k" and 'data-key="k"' in full.svg


@pytest.mark.parametrize("dots", [[], [Dot("Dudley", None)], [Dot("D" * 99, 5.0), Dot("Walsall", 5.0)]])
def test_a_dot_plot_of_hard_cases_is_drawn(dots: list[Dot]):
    assert draw_dot_plot(dots, None, 1, WORDS).svg.count("<circle") == sum(dot.value is not None for dot in dots)
    with pytest.raises(ValueError, match="cannot be drawn"):
        Dot("Dudley", float("nan"))
