"""The templates of this room: of pages, in the house style of the feedback reports, and of plain text."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from ingestion import feedback

FOLDER = Path(__file__).parent


def page_templates(folder: Path, **filters: Callable[..., str]) -> Environment:
    """Templates that write HTML, with what they may do to a value."""
    folders = (folder, FOLDER / "charts", Path(feedback.__file__).parent)
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(filters)
    return environment


def text_templates(folder: Path, **filters: Callable[..., str]) -> Environment:
    """Templates that write Markdown out of words of our own, with what they may do to a value."""
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=False,  # noqa: S701 - no HTML
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters.update(filters)
    return environment
