"""Templates of published files: self-contained pages in the house style, and plain text."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ingestion.days import day_in_words

# The base of every page and its style sheet.
FOLDER = Path(__file__).parent

_QUOTED = re.compile(r"`([^`]+)`")
_environment = partial(Environment, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def page_templates(*folders: Path, **filters: Callable[..., Any]) -> Environment:
    """Load templates that write HTML from these folders, with filters for their values.

    `page.html.j2` and `house_style.css` are found too; the filter `sentence` sets what a sentence quotes as code,
    `day` writes a day in words.
    """
    environment = _environment(loader=FileSystemLoader([*folders, FOLDER]), autoescape=True)
    environment.filters.update({"sentence": sentence_as_html, "day": day_in_words, **filters})
    return environment


def text_templates(folder: Path, **filters: Callable[..., Any]) -> Environment:
    """Load templates that write Markdown out of words of our own, with filters for their values."""
    environment = _environment(loader=FileSystemLoader(folder), autoescape=False, keep_trailing_newline=True)
    environment.filters.update(filters)
    return environment


def sentence_as_html(sentence: str) -> Markup:
    """Escape a sentence, and set what it quotes in back-ticks as code."""
    return Markup(_QUOTED.sub(r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 -- escaped just here
