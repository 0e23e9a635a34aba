"""The pages of the register are those that its seeds make, and they say what an analyst needs."""

from pathlib import Path

import pytest

from ingestion.settings import PROJECT_ROOT
from reporting.definitions.pages import definition_pages, formula, write_definitions
from reporting.definitions.register import Indicator, indicators

PAGES = PROJECT_ROOT / "docs" / "definitions"


def indicator(code: str) -> Indicator:
    return next(one for one in indicators() if one.code == code)


def test_the_committed_pages_are_those_of_the_register() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    assert committed == definition_pages(), "run `make definitions`"


def test_a_page_names_each_version_with_its_formula_and_its_items() -> None:
    page = definition_pages()["B17.md"]
    assert "### Version 1, 2000-01 to 2007-08" in page
    assert "£ per hour = 1000 ÷ 52 × (" in page
    assert "| 2007-08 | spend | line B6, column C |" in page
    assert "## Pitfalls" in page
    assert "## Today" in page


def test_a_year_whose_form_lacks_an_item_says_so() -> None:
    page = definition_pages()["U1.8.md"]
    assert "**No figure:** The form of 2000-01 to 2003-04 does not ask for" in page


def test_income_is_taken_off_in_words() -> None:
    words = formula(indicator("U2.2A").versions[1])
    assert words.count("− Income from joint arrangements, the NHS and other sources") == 2


@pytest.mark.parametrize("code", ["B8", "B13", "E44", "U2.3ADJ"])
def test_every_item_of_an_indicator_has_its_place_in_each_of_its_years(code: str) -> None:
    found = indicator(code)
    for version in found.versions:
        first, last = version.row["valid_from_period"], version.row["valid_to_period"]
        for part in (*version.numerator, *version.denominator):
            years = [(source.first_period, source.last_period) for source in part.measure.sources]
            worked_out = not years
            assert worked_out or any(begin <= first <= end for begin, end in years), (part.measure.code, first)
            assert worked_out or any(begin <= last <= end for begin, end in years), (part.measure.code, last)


def test_a_page_of_an_indicator_that_is_gone_is_removed(tmp_path: Path) -> None:
    (tmp_path / "B99.md").write_text("old")
    written = write_definitions(tmp_path)
    assert not (tmp_path / "B99.md").exists()
    assert written[0].name == "README.md"
    assert len(written) == len(indicators()) + 1
