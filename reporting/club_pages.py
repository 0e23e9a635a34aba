"""The pages of the club's outbox that are written anew with the marts."""

from datetime import UTC, datetime
from pathlib import Path

from ingestion.settings import Settings
from reporting.comparison import write_comparison_page
from reporting.definitions.effects_page import write_effects_page
from reporting.health.page import write_health_page
from reporting.practice.page import write_practice_pages
from reporting.questionnaire import write_questionnaire_pages
from reporting.quiz.page import write_quiz_pages
from reporting.return_calendar.page import write_returns_page


def write_club_pages(settings: Settings) -> list[Path]:
    """Write comparison, what people answered, good practice, decisions, what is owed, health; return the pages."""
    today = datetime.now(UTC).date()
    answered = [*write_questionnaire_pages(settings), *write_quiz_pages(settings, today)]
    others = [write_practice_pages(settings), write_effects_page(settings), write_returns_page(settings, today)]
    others.append(write_health_page(settings))
    return [write_comparison_page(settings), *answered, *others]
