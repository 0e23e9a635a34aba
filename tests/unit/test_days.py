"""A day is written in one way, which Windows knows too."""

from datetime import UTC, date, datetime

from ingestion.days import day_in_words
from ingestion.outbox.pages import page_templates
from ingestion.settings import PROJECT_ROOT


def test_a_day_has_no_zero_before_it():
    assert day_in_words(date(2026, 5, 3)) == "3 May 2026"
    assert day_in_words(datetime(2026, 12, 31, 6, 5, tzinfo=UTC), "%b %Y, %H:%M") == "31 Dec 2026, 06:05"


def test_templates_write_it_the_same_way():
    written = page_templates().from_string('{{ on | day }}, {{ on | day("%b") }}')
    assert written.render(on=date(2026, 5, 3)) == "3 May 2026, 3 May"


def test_nothing_asks_for_a_form_that_windows_lacks():
    asking = [
        str(path.relative_to(PROJECT_ROOT))
        for room in ("ingestion", "reporting", "dags", "samples")
        for path in (PROJECT_ROOT / room).rglob("*")
        if path.suffix in (".py", ".j2") and "%-" in path.read_text(encoding="utf-8").replace("{%-", "")
    ]
    assert asking == []
