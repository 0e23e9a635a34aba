"""The pages of the club's outbox that are written anew with the marts."""

from pathlib import Path

from ingestion.settings import Settings
from reporting.comparison import write_comparison_page
from reporting.questionnaire import write_questionnaire_pages


def write_club_pages(settings: Settings) -> list[Path]:
    """Write the comparison, and what was answered in each round of the questionnaire; return the first pages."""
    return [write_comparison_page(settings), *write_questionnaire_pages(settings)]
