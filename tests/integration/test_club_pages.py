"""The pages that the club gets with every build."""

from ingestion.settings import Settings
from reporting.club_pages import write_club_pages


def test_a_build_has_a_page_of_everything_and_the_same_marts_write_nothing_anew(sample_warehouse: Settings):
    pages = write_club_pages(sample_warehouse)
    names = [str(page.relative_to(sample_warehouse.club_outbox)) for page in pages]
    assert names == [
        "comparison.html",
        "questionnaire/round-1.html",
        "quiz-2026-1-questions.html",
        "quiz-2026-2-questions.html",
        "good_practice.html",
        "decisions.html",
        "returns.html",
        "health.html",
    ]
    sheets = sorted(sample_warehouse.club_outbox.glob("quiz-*-questions.pdf"))
    assert len(sheets) == 2
    before = [path.stat().st_mtime_ns for path in (*pages, *sheets)]
    assert write_club_pages(sample_warehouse) == pages
    assert [path.stat().st_mtime_ns for path in (*pages, *sheets)] == before
