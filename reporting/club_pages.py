"""The pages of the club's outbox that are written anew with the marts."""

from pathlib import Path

from ingestion.settings import Settings
from reporting.comparison import write_comparison_page
from reporting.practice.page import write_practice_pages
from reporting.questionnaire import write_questionnaire_pages


def write_club_pages(settings: Settings) -> list[Path]:
    """Write the comparison, the rounds of the questionnaire, and good practice; return the first page of each."""
    pages = [write_comparison_page(settings), *write_questionnaire_pages(settings)]
    return [*pages, write_practice_pages(settings)]
