"""Fourteen dots: each answer in its row, each figure at its place, and in words what the picture shows."""

from dataclasses import replace

import pytest

from reporting.charts.answer_dots import NEAR, AnswerDot, answer_dots, draw_answer_dots
from reporting.charts.figures import Subject
from reporting.questionnaire.rows import Pair
from reporting.questionnaire.sections import sentence_of
from tests.support.gallery import MEMBERS

B8 = Subject("dq1-b8", "DQ1 beside B8 in 2007-08", "£ per week", 0)
CHOICES = [(1, "None of it"), (2, "Some"), (3, "All of it")]
DOTS = [
    AnswerDot(name, CHOICES[place % 3][1], place % 3 + 1, 600.0 + 10 * place, is_own=place == 4)
    for place, name in enumerate(MEMBERS)
]
PAIR = Pair(
    "round-1", "DQ1", "B8", "Weekly cost", "£ per week", "low", "2007-08", 12, 0.4567, 0.02, 0.75, 0.0312,
    "more goes with worse", None, 25, 1, 1.07,
)  # fmt: skip


def test_every_member_with_an_answer_and_a_figure_has_a_dot_in_the_row_of_its_answer():
    chart = answer_dots("B8", DOTS, CHOICES)
    assert len(chart.dots) == len(MEMBERS) == 14
    assert [row.lines for row in chart.rows] == [("All of it",), ("Some",), ("None of it",)]
    rows = {row.lines[0]: row.y for row in chart.rows}
    for dot in DOTS:
        assert any(
            abs(mark.x - chart.scale.at(dot.value or 0)) < 0.1 and abs(mark.y - rows[dot.answer]) <= NEAR
            for mark in chart.dots
        ), dot.name


def test_dots_that_would_stand_on_each_other_are_moved_apart_within_their_row():
    alike = [replace(dot, order=2, value=700.0 + place) for place, dot in enumerate(DOTS[:3])]
    chart = answer_dots("B8", [*alike, DOTS[5]], CHOICES)
    middle = chart.rows[1].y
    assert sorted(mark.y - middle for mark in chart.dots if abs(mark.y - middle) <= NEAR) == [-NEAR, 0, NEAR]


def test_a_number_stands_at_its_height_and_more_is_above():
    chart = answer_dots("B8", [replace(dot, order=float(place)) for place, dot in enumerate(DOTS)], [])
    assert chart.numbers is not None
    assert chart.rows == ()
    by_figure = sorted(chart.dots, key=lambda mark: mark.x)
    assert [mark.y for mark in by_figure] == sorted((mark.y for mark in chart.dots), reverse=True)


def test_who_has_no_dot_is_named_with_the_reason_and_stands_in_the_table():
    dots = [replace(DOTS[0], order=None, left_out="not known"), replace(DOTS[1], value=None, left_out="no figure")]
    picture = draw_answer_dots(B8, [*dots, *DOTS[2:]], CHOICES, "B8 in 2007-08")
    assert f"Without a dot, not known: {MEMBERS[0]}." in picture.description
    assert f"Without a dot, no figure: {MEMBERS[1]}." in picture.description
    assert len(picture.rows) == 14
    assert picture.svg.count("<circle") == 11
    assert picture.columns == ("Authority", "Answer", "B8 in 2007-08, £ per week", "Without a dot because")


def test_where_nobody_has_a_figure_the_picture_is_empty_and_says_so():
    nobody = [replace(dot, value=None, left_out="no figure") for dot in DOTS]
    picture = draw_answer_dots(B8, nobody, CHOICES, "B8 in 2007-08")
    assert "<circle" not in picture.svg
    assert picture.description.startswith("All of it: 0. Some: 0. None of it: 0.")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(number: float):
    with pytest.raises(ValueError, match="cannot be drawn"):
        replace(DOTS[0], value=number)


def test_a_pair_is_said_with_its_size_its_interval_and_its_chance():
    assert sentence_of(PAIR) == (
        "The higher answer goes with the worse figure: Kendall’s τ is +0.46 (95 % interval +0.02 to +0.75), "
        "n = 12; chance alone gives as much in 3.1 % of all ways to deal out these answers."
    )
    unsure = replace(PAIR, reading="not shown", correlation=-0.001, lower_95=None, upper_95=None, p_value=0.0004)
    assert sentence_of(unsure) == (
        "Not shown to go together: Kendall’s τ is 0.00, n = 12; chance alone gives as much in less than 0.1 % of "
        "all ways to deal out these answers."
    )


def test_a_pair_without_a_correlation_says_why():
    missing = replace(PAIR, correlation=None, p_value=None, missing_reason="6 members have both; 8 are needed")
    assert sentence_of(missing) == "No correlation: 6 members have both; 8 are needed."
