"""The year of a return is told from its dates where they end plainly, and never guessed in silence."""

from datetime import date
from pathlib import Path

import pytest

from ingestion.operation.collection_year import tell_year
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings

TODAY = date(2026, 11, 23)


def reviews(folder: Path, *days: str) -> Path:
    lines = ["CHILD,DOB,REVIEW,REVIEW_CODE", *(f"C{n},01/01/2015,{day},PN1" for n, day in enumerate(days))]
    path = folder / "reviews.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def told(*files: Path) -> tuple[str, str]:
    year = tell_year(find_return("ssda903"), files, Settings(), TODAY)
    return year.period_code, year.reason


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (["01/04/2025", "31/03/2026"], "2025-26"),
        (["31/03/2025"], "2024-25"),
        (["2024-06-01", "2024-06-01 00:00:00"], "2024-25"),
        (["01/02/2007"], "2006-07"),
    ],
)
def test_the_year_is_the_one_that_the_dates_end_in(tmp_path: Path, days: list[str], period: str):
    assert told(reviews(tmp_path, *days))[0] == period


def test_a_slip_of_the_pen_makes_no_year(tmp_path: Path):
    period, reason = told(reviews(tmp_path, *["01/06/2024"] * 200, "01/06/2042"))

    assert period == "2024-25"
    assert "where the dates of its episodes and reviews end" in reason


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ([], "there are none"),
        (["not a date", "99/99/2024"], "there are none"),
        (["01/06/2012"], "no year that there is a form of"),
        (["01/06/2030"], "no year that there is a form of"),
        (["01/06/2024"] * 90 + ["01/06/2025"] * 4 + ["01/06/2027"] * 4, "run out slowly"),
    ],
)
def test_where_it_cannot_be_told_the_latest_year_that_has_begun_is_taken_and_said(
    tmp_path: Path, days: list[str], why: str
):
    period, reason = told(reviews(tmp_path, *days))

    assert period == "2026-27"
    assert "the latest year that has begun" in reason
    assert why in reason


def test_dates_of_birth_and_unreadable_files_tell_nothing(tmp_path: Path):
    header = tmp_path / "header.csv"
    header.write_text("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nC1,M,01/06/2019,WBRI,,,\n")
    broken = tmp_path / "broken.xml"
    broken.write_text("<MESSAGE><CHILD>")

    assert "there are none" in told(header, broken)[1]
    assert told(header, broken, reviews(tmp_path, "01/06/2023"))[0] == "2023-24"
