"""The findings of the questionnaire as self-contained pages, one for each round."""

from functools import cache
from pathlib import Path

from jinja2 import Environment

from ingestion.outbox import folder_name, write_if_changed
from ingestion.outbox.pages import page_templates
from ingestion.settings import Settings
from reporting.questionnaire.rows import QuestionnaireRows, read_questionnaire
from reporting.questionnaire.sections import sections_of, themes_of

FOLDER = Path(__file__).parent
ROOM = "questionnaire"


def write_questionnaire_pages(settings: Settings, authority: str | None = None) -> list[Path]:
    """Write a page for each round into the outbox: the club's, or an authority's, its dots marked.

    Files are left alone when nothing has changed.
    """
    rows = read_questionnaire(settings)
    folder = settings.outbox / folder_name(authority) if authority else settings.club_outbox
    written = []
    for round_code in dict.fromkeys(question.round_code for question in rows.questions):
        path = folder / ROOM / f"{folder_name(round_code)}.html"
        write_if_changed(path, render_round(rows, round_code, authority))
        written.append(path)
    return written


def render_round(rows: QuestionnaireRows, round_code: str, own: str | None = None) -> str:
    """Render the page of a round; the same answers give the same text."""
    pairs = [pair for pair in rows.pairs if pair.round_code == round_code]
    return _templates().get_template("round.html.j2").render(
        region=rows.members.region,
        about=next(question for question in rows.questions if question.round_code == round_code),
        members=len(rows.members.names),
        answered=len(_who_answered(rows, round_code)),
        own_name=rows.members.names.get(own or "", own),
        sections=sections_of(rows, round_code, own),
        themes=themes_of(rows, round_code),
        pairs=pairs[0] if pairs else None,
        by_chance=f"{pairs[0].pairs_below_05_by_chance:.1f}" if pairs else "",
    )  # fmt: skip


def _who_answered(rows: QuestionnaireRows, round_code: str) -> set[str]:
    return {
        each.authority_code for each in rows.answers if each.round_code == round_code and each.missing_kind is None
    }


@cache
def _templates() -> Environment:
    return page_templates(FOLDER)
