"""Trend and quality: years keep their places, breaks break, and nothing missing is drawn."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.charts.figures import MISSING, Figure, Subject
from reporting.charts.quality import QualityRow, draw_quality, quality
from reporting.charts.trend import draw_trend, trend
from reporting.charts.trend_parts import Annotation, Break, Series, YearFigure

A1 = Subject("a1", "A1 in Dudley", "%", 1)
YEARS = tuple(f"{year}-{(year + 1) % 100:02}" for year in range(1998, 2008))


def series(name: str, role: str, **figures: float | None) -> Series:
    """A series of years given as `y2006=7.0`."""
    years = [(f"{year[1:]}-{(int(year[1:]) + 1) % 100:02}", value) for year, value in figures.items()]
    return Series(name, tuple(YearFigure(year, Figure(value)) for year, value in years), role)


OWN = series("Dudley", "own", y2003=9.1, y2004=8.7, y2006=7.4, y2007=7.0)


def test_a_missing_year_keeps_its_place_and_interrupts_the_line():
    chart = trend(A1, [OWN])
    assert [year for year, _ in chart.years] == ["2003-04", "2004-05", "2005-06", "2006-07", "2007-08"]
    steps = {round(later[1] - earlier[1], 1) for earlier, later in pairwise(chart.years)}
    assert steps == {106.0}
    assert [len(run) for run in chart.lines[0].runs] == [2, 2]
    assert "Dudley has no figure for 2005-06." in draw_trend(A1, [OWN]).description


def test_a_break_interrupts_every_line_and_no_change_is_told_over_it():
    region = series("West Midlands", "comparator", y2003=10.1, y2004=9.9, y2005=9.7, y2006=9.6, y2007=9.5)
    broken = draw_trend(A1, [OWN, region], [Break("2004-05", "short breaks left out")])
    chart = trend(A1, [OWN, region], [Break("2004-05", "short breaks left out")])
    assert [len(run) for line in chart.lines for run in line.runs] == [1, 4, 1, 1, 2]
    x, label = chart.breaks[0]
    places = dict(chart.years)
    assert places["2003-04"] < x < places["2004-05"] and label.text == "short breaks left out"
    assert "(−2.1" in draw_trend(A1, [OWN, region]).description
    assert "(−2.1" not in broken.description
    assert "From 2004-05 on: short breaks left out" in broken.description


def test_a_restated_year_shows_what_it_was_before():
    year = YearFigure("2006-07", Figure(9.9), Figure(11.4, key="before"))
    picture = draw_trend(A1, [Series("Dudley", (year,), "own")])
    assert "2006-07 was restated from 11.4\N{NO-BREAK SPACE}% to 9.9\N{NO-BREAK SPACE}%." in picture.description
    assert ("before it was restated", "11.4\N{NO-BREAK SPACE}%") in picture.rows
    assert "before" in {key for keys in picture.keys for key in keys}
    mark = trend(A1, [Series("Dudley", (year,), "own")]).lines[0].marks[0]
    assert mark.earlier_y is not None and mark.earlier_y < mark.y
    same = YearFigure("2006-07", Figure(9.9), Figure(9.9))
    assert trend(A1, [Series("Dudley", (same,), "own")]).lines[0].marks[0].earlier_y is None


def test_submitted_and_published_figures_have_other_marks():
    years = (YearFigure("2005-06", Figure(8.0), basis="published"), YearFigure("2006-07", Figure(9.0)))
    picture = draw_trend(A1, [Series("Dudley", years, "own")])
    assert "as published" in picture.svg and ("basis", "published", "submitted") in picture.rows
    assert "as published" not in draw_trend(A1, [OWN]).svg


def test_intervals_are_a_band_and_of_a_year_alone_a_whisker():
    years = [YearFigure(year, Figure(8.0, 7.0, 9.0)) for year in ("2002-03", "2003-04", "2005-06")]
    line = trend(A1, [Series("Dudley", tuple(years), "own")]).lines[0]
    assert len(line.bands) == 1 and len(line.bands[0]) == 4
    assert [mark.interval is not None for mark in line.marks] == [False, False, True]


def test_notes_are_numbered_in_the_order_of_years_and_told():
    notes = [
        Annotation("2006-07", "second"),
        Annotation("2003-04", "first", "June 2003"),
        Annotation("1950-51", "no"),
    ]
    chart = trend(A1, [OWN], annotations=notes)
    assert [number for number, _ in chart.notes] == [1, 2] and chart.notes[0][1] < chart.notes[1][1]
    assert [label.text for _, label in chart.key] == ["June 2003: first", "2006-07: second"]
    assert "June 2003: first." in draw_trend(A1, [OWN], annotations=notes).description


LABELLED = st.tuples(st.floats(0, 20), st.sampled_from(YEARS))


@given(st.lists(LABELLED, min_size=1, max_size=8), st.text("Aay ", min_size=1, max_size=60))
def test_labels_at_the_line_ends_never_meet(ends: list[tuple[float, str]], name: str):
    roles = ("own", "comparator", "real")
    many = [
        Series(name, (YearFigure(year, Figure(value)),), roles[min(n, 2)]) for n, (value, year) in enumerate(ends)
    ]
    labels = [label.box for line in trend(A1, many).lines for label in line.labels]
    assert labels
    # Lines of one label stand one beneath the other; boxes are measured with room for what hangs below a line.
    assert not any(
        one.top + 1 < other.bottom and other.top + 1 < one.bottom for one, other in combinations(labels, 2)
    )


@given(st.lists(st.tuples(st.sampled_from(YEARS), st.text("Aay ", min_size=1, max_size=50)), max_size=6))
def test_labels_of_breaks_never_meet(breaks: list[tuple[str, str]]):
    own = series("Dudley", "own", y1998=9.0, y2007=8.0)
    chart = trend(A1, [own], [Break(year, label) for year, label in breaks])
    boxes = [label.box for _, label in chart.breaks]
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    assert all(box.bottom <= chart.top for box in boxes)


@pytest.mark.parametrize(
    "own",
    [
        Series("Dudley", (), "own"), series("Dudley", "own", y2006=None), series("Dudley", "own", y2006=7.0),
        series("Dudley", "own", y2005=7.0, y2006=7.0), series("Dudley", "own", y2005=-7.0, y2006=-3.0),
        series("Dudley " * 30, "own", y2005=0.0, y2006=0.0),
    ],
)  # fmt: skip
def test_a_trend_of_hard_cases_is_drawn(own: Series):
    picture = draw_trend(A1, [own])
    assert picture.svg.count("<circle") == len(own.known)
    assert "nan" not in picture.svg.lower()
    assert picture.description


def test_a_trend_of_no_series_is_drawn():
    assert draw_trend(A1, []).description == "No figures."


def test_years_are_financial_years():
    for make in (lambda: YearFigure("2006", MISSING), lambda: Break("2006", "x"), lambda: Annotation("06", "x")):
        with pytest.raises(ValueError, match="no financial year"):
            make()


def test_markup_is_text():
    bad = "<script>"
    years = (YearFigure("2006-07", Figure(7.0)),)
    picture = draw_trend(A1, [Series(bad, years, "own")], [Break("2006-07", bad)], [Annotation("2006-07", bad)])
    assert bad not in picture.svg and bad not in picture.__html__()
    assert bad not in draw_quality(A1, ["2006-07"], [QualityRow(bad, ("A",))]).svg


def test_letters_stand_in_their_years_and_a_missing_one_is_told():
    picture = draw_quality(A1, YEARS[:3], [QualityRow("SSDA903", ("A", "", "D"), ("k1", None, "k3"))])
    assert picture.rows == (("SSDA903", "A", "missing", "D"),)
    assert picture.keys == ((None, "k1", None, "k3"),)
    assert picture.description == (
        "Of 3 figures and years: 1 A, 1 D, 1 missing. D: SSDA903 2000-01. Missing: SSDA903 1999-00."
    )


def test_where_no_figure_was_due_nothing_stands():
    picture = draw_quality(A1, YEARS[:2], [QualityRow("A1", (None, "B"))])
    assert picture.rows == (("A1", "B"),)
    assert "missing" not in picture.description and "–</text>" not in picture.svg


def test_a_grid_of_many_years_stays_inside_the_picture():
    years = [f"{year}-{(year + 1) % 100:02}" for year in range(1980, 2010)]
    chart = quality(years, [QualityRow("SSDA903", ("B",) * 30)])
    assert all(cell.x - chart.half > 0 and cell.x + chart.half < chart.width for cell in chart.cells)
    assert chart.cells[1].x - chart.cells[0].x > 2 * chart.half
    assert all(later[1] - earlier[1] >= 50 for earlier, later in pairwise(chart.years))
    assert draw_quality(A1, [], []).description == "No figures."


def test_what_is_no_quality_is_refused():
    with pytest.raises(ValueError, match="quality is one of"):
        QualityRow("SSDA903", ("E",))
    with pytest.raises(ValueError, match="one letter"):
        quality(["2006-07"], [QualityRow("SSDA903", ())])
