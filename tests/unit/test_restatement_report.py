"""The report of what moved: a section for each source that took another's place, and a file with every row."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from reporting.members import Members
from reporting.restatements.page import MOST_ROWS, as_csv, render_page, sections
from reporting.restatements.rows import Restatement, shown_percent, shown_value

MEMBERS = Members({"dudley": "Dudley", "walsall": "Walsall"}, "West Midlands")
HOURS = Restatement(
    datetime(2009, 6, 1, 12, tzinfo=UTC), "Dudley", "dudley", "local_authority", "financial_year", "2006-07",
    "measure", "hh1_hours_la", "Hours of home care", "hours", "submitted",
    100.0, None, "pss_ex1 version 1", 150.0, None, "pss_ex1 version 2", 50.0, 0.5,
)  # fmt: skip
UNIT_COST = replace(HOURS, figure_kind="indicator", figure_code="B17", title="Unit cost of home care", unit="£")
EARLIER = replace(HOURS, restated_at=datetime(2009, 5, 1, 12, tzinfo=UTC), place_name="Walsall",
                  authority_code="walsall")  # fmt: skip
PUBLISHED = replace(
    HOURS, basis="published", geography="national", place_name="England", authority_code=None,
    figure_code="cla_at_31_march", old_source="numbers 2024", new_source="numbers 2025",
)  # fmt: skip


def test_each_return_that_was_sent_again_is_a_section_the_latest_first() -> None:
    made = sections([EARLIER, HOURS, UNIT_COST, PUBLISHED], MEMBERS)
    assert [(section.heading, section.day) for section in made] == [
        ("Dudley, 2006-07", date(2009, 6, 1)),
        ("numbers 2025", date(2009, 6, 1)),
        ("Walsall, 2006-07", date(2009, 5, 1)),
    ]
    assert (made[0].old_source, made[0].new_source) == ("pss_ex1 version 1", "pss_ex1 version 2")
    assert [row.figure_code for row in made[0].shown] == ["B17", "hh1_hours_la"]


def test_the_page_leaves_strangers_to_the_file() -> None:
    stranger = replace(HOURS, place_name="Kent", authority_code="kent")
    assert sections([stranger], MEMBERS) == []
    assert "Kent" in as_csv([stranger])


def test_a_long_section_says_how_many_are_in_the_file() -> None:
    many = [replace(HOURS, figure_code=f"m{number:03}") for number in range(MOST_ROWS + 7)]
    (section,) = sections(many, MEMBERS)
    assert (len(section.shown), section.left_out) == (MOST_ROWS, 7)
    assert "7 more are in restatements.csv" in render_page(many, MEMBERS)


def test_the_page_shows_both_values_and_what_they_come_from() -> None:
    page = render_page([HOURS], MEMBERS, date(2009, 4, 1))
    assert "Figures that moved since 1 April 2009" in page
    for text in (">100<", ">150<", ">+50.0<", "pss_ex1 version 1", "pss_ex1 version 2", "1 June 2009"):
        assert text in page


def test_a_figure_that_is_gone_says_why() -> None:
    page = render_page(
        [replace(HOURS, new_value=None, new_missing_reason="Line 4 is <empty>", difference=None,
                 relative_difference=None)], MEMBERS
    )  # fmt: skip
    assert "Missing since: Line 4 is &lt;empty&gt;" in page
    assert ">missing<" in page


def test_nothing_moved_is_said() -> None:
    assert "Nothing has moved." in render_page([], MEMBERS)


def test_the_file_has_every_row_with_the_columns_of_the_mart() -> None:
    (row,) = csv.DictReader(io.StringIO(as_csv([HOURS])))
    assert row["restated_at"] == "2009-06-01T12:00:00+00:00"
    assert (row["old_value"], row["new_value"], row["difference"]) == ("100.0", "150.0", "50.0")
    assert row["new_missing_reason"] == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "missing"),
        (0.0, "0"),
        (1234567.0, "1,234,567"),
        (12.345, "12.35"),
        (0.01234, "0.0123"),
        (-3.5, "-3.50"),
    ],
)
def test_a_value_is_shown_with_the_decimals_it_needs(value: float | None, text: str) -> None:
    assert shown_value(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(None, ""), (0.5, "+50.0"), (-0.25, "-25.0"), (0.0001, "< +0.1"), (-0.0001, "> -0.1")]
)
def test_a_change_that_rounds_to_nothing_is_not_shown_as_none(share: float | None, text: str) -> None:
    assert shown_percent(share) == text
