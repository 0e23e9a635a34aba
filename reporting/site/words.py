"""How the pages say numbers and days."""

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from markupsafe import Markup

from reporting.charts.picture import together
from reporting.definitions.pages import FILTERS
from reporting.numbers import show_figure
from reporting.practice.words import claim_in_words, cost_in_words, name_of
from reporting.site.answers import outcome_in_words
from reporting.site.figures import IndicatorFigures
from reporting.site.rows import Shown

HIDDEN, NOTHING, NOT_RELIABLE = "c", "–", "C"


def cell_in_words(shown: Shown | None, figures: IndicatorFigures) -> str | Markup:
    """Write a figure into the table of years, or why it is not there."""
    if shown is None or shown.value is None:
        return HIDDEN if shown is not None and shown.not_shown == "confidential" else NOTHING
    value = show_figure(shown.value, figures.decimals, figures.unit)
    return Markup("{}<sup>C</sup>").format(value) if shown.quality_rating == NOT_RELIABLE else value


def urn(path: str) -> str:
    """Name something for feed readers; the same path has the same name for ever."""
    return uuid5(NAMESPACE_URL, f"club-site/{path}").urn


SITE_FILTERS: dict[str, Callable[..., Any]] = {
    **FILTERS,
    "cell": cell_in_words,
    "figure": show_figure,
    "together": together,
    "named": name_of,
    "cost": cost_in_words,
    "claim": claim_in_words,
    "outcome": outcome_in_words,
    "urn": urn,
}
