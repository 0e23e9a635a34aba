"""A form as a page to print and fill in by hand: boxes to tick, lines to write on."""

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment

from ingestion.outbox.pages import page_templates
from ingestion.returns.forms import AnswerKind, Form, Item
from ingestion.templates.conditions import condition_in_words
from ingestion.templates.workbook import asked_items, what_is_taken

FOLDER = Path(__file__).parent

# A text of this many characters or more is written on many lines.
LONG_TEXT = 1_000


@dataclass(frozen=True)
class AskedItem:
    """An item as it stands on paper: with its condition in words, and who of the authority answers it."""

    item: Item
    condition: str
    respondents: tuple[str, ...]


def printed_form(form: Form, authority: str = "") -> str:
    """Write the page of a round as HTML, for an authority of this name or with a line for its name."""
    sections = [
        (section or form.title, [_asked(item, form) for item in items])
        for section, items in groupby(asked_items(form), key=lambda item: item.section)
    ]
    return _templates().get_template("form.html.j2").render(
        form=form, authority=authority, sections=sections, LONG_TEXT=LONG_TEXT, kinds=AnswerKind,
    )  # fmt: skip


def _asked(item: Item, form: Form) -> AskedItem:
    return AskedItem(item, condition_in_words(item, form), form.respondents or ("",))


@cache
def _templates() -> Environment:
    return page_templates(FOLDER, taken=what_is_taken)
