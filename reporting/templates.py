"""The templates of pages: those of this room, with the house style of the feedback reports."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from ingestion import feedback


def page_templates(**filters: Callable[..., str]) -> Environment:
    """Templates that write HTML, with what they may do to a value."""
    folders = (Path(__file__).parent, Path(feedback.__file__).parent)
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(filters)
    return environment
