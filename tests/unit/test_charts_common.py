"""What all pictures share: figures that may be missing, scales, letters, colours, the figure on the page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.outbox.pages import FOLDER
from reporting.charts.figures import MISSING, Figure, Subject, listing
from reporting.charts.lettering import Box, Spot, place_labels, shorten, spread, text_width, wrap
from reporting.charts.palette import LIGHT
from reporting.charts.picture import Picture, path_of_dots, path_through, pixels
from reporting.charts.scales import LogScale, Scale, scale_over, size_scale
from reporting.charts.years import financial_years, first_calendar_year
from reporting.numbers import show_figure, show_signed
from tests.support.gallery import gallery, pictures

PICTURES = {picture.title: picture for picture in pictures()}
KILOBYTES = {"Dudley beside the West Midlands, 2007-08": 40, "A1 in England: stability of placements, 2007-08": 30}

NUMBER = re.compile(r"[+−]?£?\d[\d,]*(?:\.\d+)?(?:\N{NO-BREAK SPACE}%)?")


def texts_in(element: ElementTree.Element) -> Iterator[str]:
    """Every text of a drawing but the marks of its axes and the numbers of its notes."""
    if element.tag == "text":
        yield element.text or ""
    if element.get("class") != "axis":
        for child in element:
            yield from texts_in(child)


@pytest.fixture(params=PICTURES.values(), ids=list(PICTURES))
def picture(request: pytest.FixtureRequest) -> Picture:
    return request.param


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused(value: float):
    with pytest.raises(ValueError, match="a missing figure is None"):
        Figure(value)
    with pytest.raises(ValueError, match="a missing figure is None"):
        Figure(1.0, value, 2.0)


def test_an_interval_has_two_ends_and_a_missing_figure_none():
    with pytest.raises(ValueError, match="two ends"):
        Figure(1.0, 0.5)
    assert Figure(None, 0.5, 1.5).interval is None
    assert Figure(1.0, 0.5, 1.5).interval == (0.5, 1.5)
    assert MISSING.numbers == ()


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "text"),
    [
        (None, 1, "%", "no figure"),
        (0.0, 1, "%", "0.0\N{NO-BREAK SPACE}%"),
        (1234.5, 0, "£", "£1,235"),
        (-12.34, 1, "£ a week", "−£12.3"),
        (-0.04, 1, "", "0.0"),
        (41.0, 0, "per 100,000", "41"),
    ],
)
def test_one_function_writes_every_figure(value: float | None, decimals: int, unit: str, text: str):
    assert show_figure(value, decimals, unit) == text


@pytest.mark.parametrize(("value", "text"), [(3.14, "+3.1"), (-3.14, "−3.1"), (0.04, "0.0"), (None, "no figure")])
def test_a_difference_has_its_sign_unless_it_is_shown_as_nothing(value: float | None, text: str):
    assert show_signed(value, 1) == text


def test_a_list_of_many_names_counts_the_rest():
    assert listing([]) == ""
    assert listing(["Dudley"]) == "Dudley"
    assert listing(["Dudley", "Walsall"]) == "Dudley and Walsall"
    assert listing("abcdefghij") == "a, b, c, d, e, f and 4 more"


@given(st.lists(st.floats(-1e9, 1e9), max_size=40))
def test_a_scale_holds_every_number_between_round_marks(numbers: list[float]):
    scale = scale_over(numbers, 100, 700)
    slack = scale.step * 1e-6
    assert all(scale.start - slack <= number <= scale.end + slack for number in numbers)
    assert 1 <= len(scale.ticks) - 1 <= 8
    assert scale.at(scale.start) == 100 and scale.at(scale.end) == 700


def test_marks_have_as_many_decimals_as_their_step():
    assert [Scale(0, 1, step, 0, 1).decimals for step in (10, 1, 0.5, 0.2, 0.05)] == [0, 0, 1, 1, 2]


def test_sizes_far_apart_are_drawn_on_a_logarithmic_axis():
    assert isinstance(size_scale([100, 1999], 0, 700), Scale)
    scale = size_scale([20, 21000], 0, 700)
    assert isinstance(scale, LogScale)
    assert scale.ticks == [10, 100, 1000, 10000] or scale.ticks[0] >= scale.start
    assert 0 <= scale.at(20) < scale.at(200) < scale.at(21000) <= 700
    assert scale.at(2000) - scale.at(200) == pytest.approx(scale.at(200) - scale.at(20), abs=0.2)


def test_a_missing_year_keeps_its_place_also_over_the_century():
    assert financial_years(["2001-02", "1998-99"]) == ("1998-99", "1999-00", "2000-01", "2001-02")
    assert financial_years([]) == ()
    for wrong in ("2006", "2006-08", "06-07", "2006/07"):
        with pytest.raises(ValueError, match="no financial year"):
            first_calendar_year(wrong)


def test_coordinates_have_no_more_digits_than_they_need():
    assert [pixels(value) for value in (1.0, 1.04, 1.06, -0.01, 123.456)] == ["1", "1", "1.1", "0", "123.5"]
    assert path_through([(1, 2), (3.25, 4)]) == "M1 2l2.2 2"
    assert path_through([(1.4, 2), (3.25, -4), (3.25, -4)], 0) == "M1 2l2-6 0 0"
    assert path_of_dots([(1.4, 2), (3.25, -4)]) == "M1 2h0m2-6h0"


@given(st.lists(st.tuples(st.floats(-900, 900), st.floats(-900, 900)), min_size=1, max_size=40))
def test_no_error_adds_up_along_a_line(points: list[tuple[float, float]]):
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path_through(points))]
    for axis in (0, 1):
        for at, point in zip(accumulate(numbers[axis::2]), points, strict=True):
            assert at == pytest.approx(point[axis], abs=0.0501)


@given(st.text(max_size=60), st.integers(40, 200))
def test_wrapped_lines_are_no_wider_than_they_may_be(text: str, width: int):
    lines = wrap(text, width)
    assert len(lines) <= 3
    assert all(text_width(line) <= width or len(line) == 1 for line in lines)


def test_what_fits_is_left_alone():
    assert wrap("Dudley", 100) == ("Dudley",)
    assert shorten("Dudley", 100) == "Dudley"
    assert shorten("Bournemouth, Christchurch and Poole", 100).endswith("…")


@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(14, 46)), max_size=30),
)
def test_labels_at_the_end_of_lines_never_meet(things: list[tuple[float, float]]):
    wanted, heights = [place for place, _ in things], [height for _, height in things]
    middles = spread(wanted, heights, 0, 300)
    stretches = sorted(
        (middle - height / 2, middle + height / 2)
        for middle, height in zip(middles, heights, strict=True)
        if middle is not None
    )
    assert all(top >= -1e-6 and bottom <= 300 + 1e-6 for top, bottom in stretches)
    assert all(one[1] <= other[0] + 1e-6 for one, other in pairwise(stretches))
    # The first ones are the most important.
    assert [middle is None for middle in middles] == sorted(middle is None for middle in middles)


SPOTS = st.lists(
    st.builds(
        Spot,
        st.floats(0, 700),
        st.floats(0, 400),
        st.sampled_from(["", "Dudley", "Telford and Wrekin", "Ö" * 60]),
        st.sampled_from([2.5, 4, 8]),
        st.booleans(),
    ),
    max_size=40,
)


@given(SPOTS)
def test_labels_of_marks_never_meet(spots: list[Spot]):
    inside, other = Box(0, 0, 700, 400), Box(600, 190, 700, 210)
    labels = [label.box for label in place_labels(spots, inside, [other]) if label]
    assert all(inside.holds(box) and not box.meets(other) for box in labels)
    assert not any(one.meets(two) for place, one in enumerate(labels) for two in labels[:place])
    assert not any(box.meets(spot.box) for box in labels for spot in spots)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def dark() -> dict[str, str]:
    style = (FOLDER / "house_style.css").read_text(encoding="utf-8")
    found = dict(re.findall(r"\.f-([a-z-]+) \{ fill: (#[0-9a-f]{6}); \}", style))
    assert found == dict(re.findall(r"\.s-([a-z-]+) \{ stroke: (#[0-9a-f]{6}); \}", style))
    return found


def test_every_role_has_a_colour_in_the_dark():
    assert dark().keys() == LIGHT.keys()


@pytest.mark.parametrize("colours", [LIGHT, dark()], ids=["light", "dark"])
def test_text_stands_out_from_the_paper_and_marks_do(colours: dict[str, str]):
    for text in ("ink", "quiet", "own", "region"):
        assert contrast(colours[text], colours["paper"]) >= 4.5
    assert contrast(colours["paper"], colours["own"]) >= 4.5
    assert contrast(colours["ink"], colours["band"]) >= 4.5
    for mark in ("peer", "near", "up", "own", "region"):
        assert contrast(colours[mark], colours["paper"]) >= 2.9


def test_a_picture_is_small_and_the_same_twice(picture: Picture):
    assert len(picture.svg.encode()) <= 1000 * KILOBYTES.get(picture.title, 15)
    assert {again.title: again for again in pictures()}[picture.title] == picture


def test_a_picture_has_a_role_a_title_and_words(picture: Picture):
    assert 'role="img"' in picture.svg
    title = re.search(r'aria-labelledby="([^"]+)" aria-describedby="([^"]+)"', picture.svg)
    assert title and f'<title id="{title[1]}">' in picture.svg and f'<desc id="{title[2]}">' in picture.svg
    assert len(picture.description) > 20 and "chart of" not in picture.description


def test_the_table_holds_every_number_drawn(picture: Picture):
    texts = list(texts_in(ElementTree.fromstring(picture.svg)))
    assert texts
    table = {text for row in picture.rows for text in row} | set(picture.columns)
    known = set(NUMBER.findall(" ".join(table)))
    for text in texts:
        if not re.search(r"limits|^\d{4}-\d\d$|ranks|prices|aged|per 1,000", text):
            assert set(NUMBER.findall(text)) <= known, text


def test_a_key_stands_at_the_drawn_number_and_in_the_table(picture: Picture):
    drawn = re.findall(r'<text[^>]* data-key="([^"]+)"[^>]*>', picture.svg)
    listed = {key for keys in picture.keys for key in keys if key}
    assert set(drawn) <= listed
    page = picture.__html__()
    assert all(f'data-key="{key}">' in page for key in listed)


def test_rows_are_as_long_as_the_columns(picture: Picture):
    assert {len(row) for row in picture.rows} == {len(picture.columns)} == {len(row) for row in picture.keys}


def test_coordinates_are_rounded_and_ids_have_the_given_beginning(picture: Picture):
    marks = re.sub(r">[^<]*<", "><", str(picture.svg))
    assert not re.search(r"\d\.\d\d", re.sub(r'stroke-width="[^"]*"', "", marks))
    prefix = re.search(r'id="([^"]+)-title"', picture.svg)
    assert prefix and all(found.startswith(f"{prefix[1]}-") for found in re.findall(r' id="([^"]+)"', picture.svg))


def test_the_page_needs_nothing_from_outside_and_has_no_script():
    page = gallery()
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!#)', page)
    assert page.count("<details>") == len(PICTURES)


def test_markup_in_a_title_is_text():
    picture = next(iter(PICTURES.values()))
    page = replace(picture, title="<b>&", description="<i>").__html__()
    assert "<b>" not in page and "<i>" not in page and "&lt;b&gt;&amp;" in page


def test_a_subject_writes_cells():
    subject = Subject("x", "Title", "%", 1)
    assert subject.cell(Figure(7.04, key="k")) == ("7.0\N{NO-BREAK SPACE}%", "k")
    assert subject.cell(MISSING) == ("no figure", None)


def test_the_templates_name_only_roles_that_have_a_colour():
    folder = Path(path_through.__code__.co_filename).parent
    for template in folder.glob("*.svg.j2"):
        named = re.findall(r'(?:fill|stroke|outline)\("([a-z-]+)"', template.read_text(encoding="utf-8"))
        assert set(named) <= LIGHT.keys(), template.name
