"""The gallery of all charts in a real browser: readable by everybody, on every width, in light and dark."""

from pathlib import Path

import pytest

from reporting.charts.lettering import text_width
from tests.support.browser import Browser
from tests.support.gallery import gallery, pictures

LEAST_LETTERS = 11


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gallery") / "gallery.html"
    path.write_text(gallery(), encoding="utf-8")
    return path


def test_nothing_hinders_a_reader(browser: Browser, page_file: Path):
    assert browser.faults(page_file) == []


def test_with_tables_open_nothing_hinders_a_reader_either(browser: Browser, page_file: Path, tmp_path: Path):
    opened = tmp_path / "opened.html"
    opened.write_text(
        page_file.read_text(encoding="utf-8").replace("<details>", "<details open>"), encoding="utf-8"
    )
    assert browser.faults(opened, [(320, "dark"), (1280, "dark")]) == []


def test_tables_open_and_drawings_scroll_by_keyboard_without_scripts(browser: Browser, page_file: Path):
    with browser.page(page_file, 320) as page:
        details, drawing = page.locator("details").first, page.locator(".drawing").first
        assert not details.locator("table").is_visible()
        details.locator("summary").focus()
        page.keyboard.press("Enter")
        assert details.locator("table").is_visible()
        drawing.focus()
        before = drawing.locator("svg").bounding_box()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        after = drawing.locator("svg").bounding_box()
        assert before and after and after["x"] < before["x"]


@pytest.mark.parametrize("width", [320, 1280])
def test_letters_are_never_smaller_than_they_can_be_read(browser: Browser, page_file: Path, width: int):
    with browser.page(page_file, width, scripts=True) as page:
        scales = page.eval_on_selector_all(
            "svg", "all => all.map(one => one.getBoundingClientRect().width / one.viewBox.baseVal.width)"
        )
    assert len(scales) == len(pictures())
    assert min(scales) * 12 >= LEAST_LETTERS


def test_words_take_no_more_room_than_is_reckoned_and_stay_inside(browser: Browser, page_file: Path):
    with browser.page(page_file, 1280, scripts=True) as page:
        texts = page.eval_on_selector_all(
            "svg text",
            """all => all.map(one => [one.textContent, one.getComputedTextLength(),
                +getComputedStyle(one).fontWeight >= 600, one.getBBox().x,
                one.getBBox().x + one.getBBox().width - one.ownerSVGElement.viewBox.baseVal.width])""",
        )
    assert len(texts) > 300
    assert [text for text, width, bold, *_ in texts if width > text_width(text, bold=bold) + 1] == []
    assert [text for text, _, _, left, beyond in texts if left < -1 or beyond > 1] == []


def test_words_do_not_stand_on_one_another(browser: Browser, page_file: Path):
    with browser.page(page_file, 1280, scripts=True) as page:
        met = page.eval_on_selector_all(
            "svg",
            """all => all.flatMap(svg => {
                const boxes = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBBox()]);
                return boxes.flatMap(([words, one], place) => boxes.slice(0, place)
                    .filter(([_, two]) => one.x + 1 < two.x + two.width && two.x + 1 < one.x + one.width
                        && one.y + 3 < two.y + two.height && two.y + 3 < one.y + one.height)
                    .map(([other]) => words + ' | ' + other));
            })""",
        )
    assert met == []


def test_the_tables_are_printed_though_they_are_closed(browser: Browser, page_file: Path):
    with browser.page(page_file, 1280) as page:
        page.emulate_media(media="print")
        assert page.locator("details table").first.is_visible()
        assert page.locator("svg").first.bounding_box()["width"] > 0


def test_the_dark_is_dark_and_paper_stays_white(browser: Browser, page_file: Path):
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    with browser.page(page_file, 1280, "dark", scripts=True) as page:
        assert page.evaluate(colour) == "rgb(21, 25, 30)"
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate(colour) == "rgb(255, 255, 255)"
