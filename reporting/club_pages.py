"""The pages of the club's outbox that are written anew with the marts."""

from datetime import UTC, datetime
from pathlib import Path

from ingestion.settings import Settings
from reporting.comparison import write_comparison_page
from reporting.practice.page import write_practice_pages
from reporting.questionnaire import write_questionnaire_pages
from reporting.quiz.page import write_quiz_pages


def write_club_pages(settings: Settings) -> list[Path]:
    """Write the comparison, each round of questionnaire and quiz, and good practice; return the first pages."""
    today = datetime.now(UTC).date()
    answered = [*write_questionnaire_pages(settings), *write_quiz_pages(settings, today)]
    return [write_comparison_page(settings), *answered, write_practice_pages(settings)]
